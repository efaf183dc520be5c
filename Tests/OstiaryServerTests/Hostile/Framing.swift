// SPDX-License-Identifier: Apache-2.0

/// Requests whose framing is wrong or odd, as bytes. What follows the first request in a case is a smuggled one:
/// a server that finds two requests in it would carry the second out.
struct FramingCase: Sendable {
    let name: String
    let bytes: [UInt8]

    /// The cases. `smuggled` is a complete request that must never be executed when it follows one that lies about
    /// its length.
    static func all(smuggled: String) -> [FramingCase] {
        lengths(smuggled) + headers + requestLines + sizes(smuggled)
    }

    private init(_ name: String, _ text: String) {
        (self.name, bytes) = (name, Array(text.utf8))
    }

    private static func post(_ headers: String, _ rest: String) -> String {
        "POST /api/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\(headers)\r\n\r\n\(rest)"
    }

    private static func get(_ headers: String) -> String { "GET /healthz HTTP/1.1\r\nHost: a\r\n\(headers)\r\n\r\n" }

    /// Where one body ends and the next request begins (RFC 9112 §6.3, CVE-2019-15605 and its kin).
    private static func lengths(_ smuggled: String) -> [FramingCase] {
        let chunks = "2\r\n{}\r\n0\r\n\r\n" + smuggled
        let transferEncodings = [
            "xchunked", "\u{b}chunked", "chunked, identity", "identity", "chunked, gzip", "chunked;q=1", "chunked\u{0}",
            "\"chunked\"", "chunked x", "",
        ]
        let contentLengths = [
            "+5", "0x5", "-1", "5, 6", "5,5", "5 5", "5\u{0}", "1e1", "\u{665}", "", "2.0", "99999999999999999999",
            "18446744073709551617", "9223372036854775808", "00000000000000000000000000000000000000000000002x",
        ]
        let chunkStarts = [
            "FFFFFFFFFFFFFFFF\r\n{}", "10000000000000002\r\n{}", "-2\r\n{}", "+2\r\n{}", "0x2\r\n{}", "2 2\r\n{}",
            "g\r\n{}",
            "\r\n2\r\n{}", "2\r\n{}XX", "2\n{}\n", "2;\u{0}\r\n{}", "1\r\n{}\r\n",
        ]
        return transferEncodings.map {
            FramingCase("Transfer-Encoding: \($0)", post("Transfer-Encoding: \($0)", chunks))
        }
            + contentLengths.map {
                FramingCase("Content-Length: \($0)", post("Content-Length: \($0)", "{}abc" + smuggled))
            }
            + chunkStarts.map {
                FramingCase("chunk \($0)", post("Transfer-Encoding: chunked", $0 + "\r\n0\r\n\r\n" + smuggled))
            } + [
                FramingCase("CL and TE", post("Content-Length: 12\r\nTransfer-Encoding: chunked", chunks)),
                FramingCase("TE and CL", post("Transfer-Encoding: chunked\r\nContent-Length: 5", chunks)),
                FramingCase("TE twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", chunks)),
                FramingCase("TE after a space", post("Transfer-Encoding : chunked\r\nContent-Length: 5", chunks)),
                FramingCase("TE folded", post("X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 5", chunks)),
                FramingCase("CL twice", post("Content-Length: 2\r\nContent-Length: 5", "{}abc" + smuggled)),
                FramingCase(
                    "CL in a bare-LF line", post("X: a\nContent-Length: 0\r\nContent-Length: 5", "{}abc" + smuggled)),
                FramingCase(
                    "CL after a bare CR", post("X: a\rContent-Length: 0\r\nContent-Length: 5", "{}abc" + smuggled)),
                FramingCase(
                    "TE in HTTP/1.0", "POST /api/login/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks),
            ]
    }

    /// Header lines (RFC 9112 §5).
    private static let headers: [FramingCase] = [
        FramingCase("obs-fold", get("X: a\r\n b")), FramingCase("NUL in a value", get("X: a\u{0}b")),
        FramingCase("NUL in a name", get("X\u{0}: a")), FramingCase("no colon", get("nonsense")),
        FramingCase("empty name", get(": a")), FramingCase("space before the colon", get("X : a")),
        FramingCase("space in a name", get("X Y: a")), FramingCase("bare LF", "GET /healthz HTTP/1.1\nHost: a\n\n"),
        FramingCase("bare CR", "GET /healthz HTTP/1.1\rHost: a\r\r"), FramingCase("two hosts", get("Host: b")),
        FramingCase("no host", "GET /healthz HTTP/1.1\r\n\r\n"),
        FramingCase("folded first line", "GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n"),
        FramingCase("control characters", get("X: \u{1}\u{7f}\u{1b}[31m")),
        FramingCase(
            "Upgrade",
            get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA")),
        FramingCase("Expect", post("Expect: the-impossible\r\nContent-Length: 2", "{}")),
    ]

    private static let requestLines: [FramingCase] = [
        ("HTTP/0.9", "GET /healthz\r\n"), ("HTTP/3.0", "GET /healthz HTTP/3.0\r\nHost: a\r\n\r\n"),
        ("HTTP/1.10", "GET /healthz HTTP/1.10\r\nHost: a\r\n\r\n"),
        ("HTTQ", "GET /healthz HTTQ/1.1\r\nHost: a\r\n\r\n"),
        ("lower-case method", "get /healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("absolute", "GET http://evil.example/healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), ("GET asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("no path", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"), ("relative", "GET healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("double slash", "GET //evil.example/%2e%2e HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("NUL", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("tab", "GET\t/healthz\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        ("two spaces", "GET  /healthz  HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("raw bytes", "GET /\u{e9}\u{ffff} HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("broken escapes", "GET /%zz%f HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n"), ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("nothing", "\r\n\r\n\r\n\r\n"), ("SSH", "SSH-2.0-OpenSSH_9.2\r\n"),
    ].map { FramingCase("request line: \($0.0)", $0.1) }

    /// Too much of something (CVE-2026-28980: one request with many headers killed the process).
    private static func sizes(_ smuggled: String) -> [FramingCase] {
        func many(_ count: Int) -> String { get(String(repeating: "a:b\r\n", count: count) + "c:d") }
        let megabytes = String(repeating: "x", count: 2 << 20)
        return [
            FramingCase("70,000 headers", many(70_000)), FramingCase("1,100 headers", many(1100)),
            FramingCase("one header of 2 MB", get("X: " + megabytes)),
            FramingCase("a name of 2 MB", get(megabytes + ": x")),
            FramingCase("a target of 2 MB", "GET /\(megabytes) HTTP/1.1\r\nHost: a\r\n\r\n"),
            FramingCase("a method of 2 MB", "\(megabytes) / HTTP/1.1\r\nHost: a\r\n\r\n"),
            FramingCase("a target of 100 KB", "GET /\(megabytes.prefix(100_000)) HTTP/1.1\r\nHost: a\r\n\r\n"),
            FramingCase(
                "a chunk extension of 2 MB", post("Transfer-Encoding: chunked", "2;\(megabytes)\r\n{}\r\n0\r\n\r\n")),
            FramingCase(
                "trailers of 2 MB", post("Transfer-Encoding: chunked", "2\r\n{}\r\n0\r\nX: \(megabytes)\r\n\r\n")),
            FramingCase("a body of 2 MB", post("Content-Length: \(megabytes.utf8.count)", megabytes)),
        ]
    }
}
