// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Text of others on pages.
    @Suite struct PageText {
        @Test(
            "a mark behind a quotation mark or a bracket does not make it pass",
            arguments: [
                "\"\u{300} autofocus onfocus=alert(1) x=\"\u{300}", "<\u{338}b>", "'\u{301}", "&\u{301}amp;",
                "\u{600}<b>",
            ])
        func marks(_ text: String) throws {
            let visitor = try PageVisitor()
            try visitor.open("/login/")
            let refused = try visitor.send("/login/", [("email", text), ("password", "x"), ("next", "/api/")])
            #expect(refused.status == 401)
            try expectEscaped(text, in: refused)

            try visitor.logIn()
            let access = try #require(visitor.tokens?.access)
            #expect(try WireClient(port: visitor.port).put("{\"username\":\(jsonText(text))}", access).status == 200)
            try expectEscaped(text, in: try visitor.open("/api/me/"))
        }

        private func expectEscaped(_ text: String, in answer: WireAnswer) throws {
            let escapes: [UInt8: String] = [60: "&lt;", 62: "&gt;", 38: "&amp;", 34: "&quot;", 39: "&#39;"]
            let escaped = text.utf8.flatMap { byte in escapes[byte].map { Array($0.utf8) } ?? [byte] }
            #expect(answer.body.firstRange(of: escaped) != nil, "the text stands there escaped")
            #expect(answer.body.firstRange(of: Array(text.utf8)) == nil, "and nowhere as it is")
        }
    }
}

extension EndToEnd {
    /// `/`, where everybody comes first.
    @Suite struct Home {
        @Test("people and probes are welcome at the root, and programs are told that nothing is there")
        func root() throws {
            let client = try SharedServers.client()
            for method in ["GET", "HEAD"] {
                let page = try client.exchange(WireRequest(method, "/", [("Accept", PageVisitor.accept)]))
                #expect(page.status == 200 && page["Content-Type"]?.hasPrefix("text/html") == true)
            }
            #expect(try client.exchange(WireRequest("HEAD", "/")).status == 200)
            let program = try client.exchange(WireRequest("GET", "/"))
            #expect(program.status == 404 && program.text.hasPrefix(#"{"detail":"Not found.","endpoints":"#))
            let lost = try client.exchange(WireRequest("GET", "/nope", [("Accept", PageVisitor.accept)]))
            #expect(lost.status == 404)
        }
    }
}
