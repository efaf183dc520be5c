import NIOHTTP1

/// What a request's head says about where it ends and about the connection.
enum Framing {
    /// Whether no other program in front might see its end elsewhere (RFC 9112 §6.1, §6.3): what follows such a request
    /// could be taken for a second one. The decoder lets an empty `Transfer-Encoding` and one in HTTP/1.0 pass.
    static func isUnambiguous(_ head: HTTPRequestHead) -> Bool {
        guard head.headers.contains(name: "transfer-encoding") else { return true }
        let encodings = head.headers["transfer-encoding"]
        return head.version == .http1_1 && encodings.count == 1 && encodings[0].lowercased() == "chunked"
            && !head.headers.contains(name: "content-length")
    }

    /// Whether the client wants the connection closed (RFC 9112 §9.3, §9.6). HTTP/1.0 is never kept.
    static func isLast(_ head: HTTPRequestHead) -> Bool {
        head.version != .http1_1 || head.connection(says: "close") || leavesHTTP(head)
    }

    /// Whether the decoder takes what follows for another protocol (RFC 9110 §7.8, §9.3.6) and keeps it undecoded. None
    /// is spoken here, so the request is answered as if it had not asked, as the last one.
    static func leavesHTTP(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT || head.headers.contains(name: "upgrade") && head.connection(says: "upgrade")
    }

    /// A length that is no number here is larger than any.
    static func announcesTooLargeBody(_ head: HTTPRequestHead) -> Bool {
        guard let length = head.headers.first(name: "content-length") else { return false }
        return (Int(length) ?? .max) > APIResponder.maximumBodySize
    }

    /// RFC 9110 §10.1.1.
    static func awaitsContinue(_ head: HTTPRequestHead) -> Bool {
        guard head.version == .http1_1, head.headers.contains(name: "expect") else { return false }
        return head.headers["expect"].contains { $0.lowercased() == "100-continue" }
    }
}

extension HTTPRequestHead {
    fileprivate func connection(says option: String) -> Bool {
        headers.contains(name: "connection")
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == option }
    }
}
