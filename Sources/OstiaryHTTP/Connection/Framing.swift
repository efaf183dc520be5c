// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// What a request's head says about where it ends and about the connection.
enum Framing {
    /// Whether no other program in front might see its end elsewhere (RFC 9112 §6.1, §6.3): what follows such a request
    /// could be taken for a second one. The decoder lets an empty `Transfer-Encoding` and one in HTTP/1.0 pass.
    static func isUnambiguous(_ head: HTTPRequestHead) -> Bool {
        guard head.headers.contains(name: "transfer-encoding") else { return true }
        let encodings = head.headers["transfer-encoding"]
        return head.version == .http1_1 && encodings.count == 1 && encodings[0].matches("chunked")
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

    /// Whether it names one host, as each request of HTTP/1.1 must (RFC 9112 §3.2). Some health probes name none.
    static func namesHost(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["host"]
        guard let host = hosts.first else { return head.version != .http1_1 || HealthController.isProbe(head.uri) }
        return hosts.count == 1 && isHost(host)
    }

    /// Whether a `Host` has only what hosts and ports are made of (RFC 3986 §3.2.2).
    static func isHost(_ value: String) -> Bool {
        value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: hostPunctuation.contains(byte)
            }
        }
    }

    private static let hostPunctuation = Set("_~%!$&'()*+,;=[]".utf8)

    /// A length that is no number here is larger than any.
    /// - Returns: nil for a body of unknown length, and for none.
    static func announcedLength(_ head: HTTPRequestHead) -> Int? {
        head.headers.first(name: "content-length").map { Int($0) ?? .max }
    }

    /// RFC 9110 §10.1.1.
    static func awaitsContinue(_ head: HTTPRequestHead) -> Bool {
        guard head.version == .http1_1, head.headers.contains(name: "expect") else { return false }
        return head.headers["expect"].contains { $0.matches("100-continue") }
    }
}

extension HTTPRequestHead {
    fileprivate func connection(says option: StaticString) -> Bool {
        headers.contains(name: "connection")
            && headers["connection"].contains { $0.listMembers.contains { $0.matches(option) } }
    }
}
