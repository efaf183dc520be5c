// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1

/// Rules about a request's head: the end of the request, and the fate of the connection.
enum Framing {
    /// True if every other program finds the end of the request in one place (RFC 9112 §6.1, §6.3). Otherwise the bytes
    /// that follow could pass for a second request. The decoder accepts an empty `Transfer-Encoding`, and one in
    /// HTTP/1.0.
    static func isUnambiguous(_ head: HTTPRequestHead) -> Bool {
        guard head.headers.contains(name: "transfer-encoding") else { return true }
        let encodings = head.headers["transfer-encoding"]
        return head.version == .http1_1 && encodings.count == 1 && encodings[0].matches("chunked")
            && !head.headers.contains(name: "content-length")
    }

    /// True if the connection ends after the request (RFC 9112 §9.3, §9.6). HTTP/1.0 connections are never kept.
    /// - Parameter switchesProtocol: the finding about the head.
    static func isLast(_ head: HTTPRequestHead, switchesProtocol: Bool) -> Bool {
        head.version != .http1_1 || head.connection(says: "close") || switchesProtocol
    }

    /// True if the decoder expects another protocol after the request (RFC 9110 §7.8, §9.3.6) and stops decoding. This
    /// server speaks no other protocol: it ignores the upgrade, answers the request, and closes the connection.
    static func switchesProtocol(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT || head.headers.contains(name: "upgrade") && head.connection(says: "upgrade")
    }

    /// True if the request names exactly one host, as HTTP/1.1 requires (RFC 9112 §3.2). Health probes may name none.
    static func namesHost(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["host"]
        guard let host = hosts.first else { return head.version != .http1_1 || HealthController.isProbe(head.uri) }
        return hosts.count == 1 && isHost(host)
    }

    /// True if a `Host` value has only characters of hosts and ports (RFC 3986 §3.2.2).
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

    /// The announced length of the body in bytes; a value that is no `Int` counts as the greatest `Int`.
    /// - Returns: the length; nil for a body of unknown length, and for no body.
    static func announcedLength(_ head: HTTPRequestHead) -> Int? {
        head.headers.first(name: "content-length").map { Int($0) ?? .max }
    }

    /// True if the client waits for the interim answer 100 before it sends the body (RFC 9110 §10.1.1).
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
