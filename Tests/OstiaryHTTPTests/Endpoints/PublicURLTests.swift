// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("The public URL, and the path in it")
struct PublicURLTests {
    @Test(
        "an origin, perhaps with a path",
        arguments: [
            ("https://id.example.com", "https://id.example.com", ""),
            ("https://id.example.com/", "https://id.example.com", ""),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000", ""),
            ("https://[2001:db8::1]:8443/id", "https://[2001:db8::1]:8443", "/id"),
            ("https://example.com/a-b/c.d~e_F/", "https://example.com", "/a-b/c.d~e_F"),
            ("https://example.com/apis", "https://example.com", "/apis"),
        ])
    func valid(_ text: String, _ origin: String, _ path: String) throws {
        let url = try #require(try PublicURL(text))
        #expect(url.origin == origin && url.path == path && url.text == origin + path)
        #expect(url.isSecure == text.hasPrefix("https"))
    }

    @Test(
        "all else is none",
        arguments: [
            "", "example.com", "ftp://example.com", "https://", "https:///id", "https://a@b", "https://example.com?x",
            "https://example.com#x", "https://example.com/id?x", "https://example.com/id//", "https://example.com//id",
            "https://example.com/./id", "https://example.com/..", "https://example.com/a%20b",
            "https://example.com/a b",
            "https://example.com/a;b", "https://example.com/ä", "https://exämple.com", "HTTPS://example.com",
            "https://example.com/\u{0}", "https://a\\b", "https://example.com/" + String(repeating: "x", count: 201),
        ])
    func invalid(_ text: String) throws { #expect(try PublicURL(text) == nil) }

    @Test("a path that hides the server's own is told", arguments: ["api", "docs", "login", "healthz", "assets"])
    func hidden(_ segment: String) {
        #expect(throws: PublicURL.Fault.self) { try PublicURL("https://example.com/\(segment)/x") }
    }

    @Test("requests are answered with the prefix and without")
    func prefix() async {
        let echo = PrefixedResponder(EchoingResponder(), prefix: "/id")
        for (target, path) in [
            ("/id/api/me/?x=1", "/api/me/?x=1"), ("/api/me/", "/api/me/"), ("/id", "/"), ("/id/", "/"),
            ("/id?x", "/?x"), ("/idx", "/idx"), ("/id/id/", "/id/"), ("/ID/", "/ID/"), ("/", "/"), ("", ""),
            ("/id%2Fapi", "/id%2Fapi"), ("/id\u{300}/", "/id\u{300}/"),
        ] {
            let request = IncomingRequest(.get, target)
            let answer = await echo.respond(to: request)
            #expect(String(decoding: answer.body, as: UTF8.self) == path, "\(target)")
            #expect(answer.fields[.xRequestID] == request.id.description)
        }
        #expect(echo.owns("/id/here") && echo.owns("/here") && !echo.owns("/idhere"))
    }
}

/// Answers with the target of the request.
private struct EchoingResponder: Responder {
    func respond(to request: IncomingRequest) async -> OutgoingResponse {
        OutgoingResponse(.ok, [.xRequestID: request.id.description], body: Array(request.target.utf8))
    }

    func owns(_ path: Substring) -> Bool { path == "/here" }
}
