// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The gate, asked with the cookies of the pages.
    @Suite struct GateCookies {
        /// Access tokens live for two seconds there.
        private static let hasty = Result {
            try ServerProcess(environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "2"])
        }

        private let path = "/api/authorize/"

        private func ask(
            _ visitor: PageVisitor, _ headers: [(String, String)] = [], method: String = "GET"
        ) throws -> WireAnswer {
            try WireClient(port: visitor.port).exchange(WireRequest(method, path, visitor.cookieHeader + headers))
        }

        @Test("a browser that is logged in may pass, and not with a method of another page")
        func origins() throws {
            let visitor = try PageVisitor()
            let email = try visitor.logIn()
            for _ in 0..<2 {
                let answer = try ask(visitor)
                #expect(answer.status == 204 && answer["X-Auth-Email"] == email && answer["Set-Cookie"] == nil)
            }
            for name in ["X-Forwarded-Method", "X-Original-Method"] {
                for method in ["POST", "DELETE", "get", "PROPFIND", ""] {
                    let own = [(name, method), ("Origin", "http://127.0.0.1")]
                    #expect(try ask(visitor, own).status == 204, "\(name) \(method)")
                    #expect(try ask(visitor, [(name, method), ("Sec-Fetch-Site", "same-origin")]).status == 204)
                    for foreign in [
                        [("Origin", "http://evil.example")], [("Sec-Fetch-Site", "cross-site")],
                        [("Sec-Fetch-Site", "same-site")], [], [("Origin", "null")],
                        [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
                    ] {
                        let answer = try ask(visitor, [(name, method)] + foreign)
                        #expect(answer.status == 403 && answer["X-Auth-User-Id"] == nil, "\(name) \(method) \(foreign)")
                    }
                }
                #expect(try ask(visitor, [(name, "HEAD"), ("Sec-Fetch-Site", "cross-site")]).status == 204)
            }
            #expect(try ask(visitor, method: "POST").status == 403)
            // A program that shows a token is no browser, whatever cookie it has.
            let tokens = try #require(visitor.tokens)
            let program = [("Authorization", "Bearer \(tokens.access)"), ("X-Forwarded-Method", "POST")]
            #expect(try ask(visitor, program).status == 204)
            #expect(try ask(visitor, [("Authorization", "Bearer x.y.z")]).status == 401)
            let half = visitor.twin
            half["ostiary-browser"] = nil
            #expect(try ask(half).status == 401)
            try visitor.send("/logout/", [])
            half["ostiary-browser"] = nil
            #expect(try ask(visitor).status == 401)
        }

        @Test("a session that has ended is refused by the next request")
        func ended() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            #expect(try ask(visitor).status == 204)
            let tokens = try #require(visitor.tokens)
            #expect(try WireClient(port: visitor.port).logout(tokens.refresh).status == 200)
            let answer = try ask(visitor, [("X-Forwarded-Uri", "/x")])
            #expect(answer.status == 401 && answer["Location"] == "/login/?back=%2Fx")
        }

        @Test(
            "requests that come at once with an old token all pass, and whoever never gets the cookie stays logged in")
        func renewal() throws {
            let visitor = PageVisitor(port: try Self.hasty.get().port)
            let email = try visitor.logIn()
            let kept = visitor["ostiary-session"]
            var offered: [String] = []
            for _ in 0..<3 {
                pause(2.2)
                let cookies = visitor.cookieHeader
                let answers = try parallel(8) { [port = visitor.port, path] _ in
                    let answer = try WireClient(port: port).exchange(WireRequest("GET", path, cookies))
                    return (answer.status, answer["X-Auth-Email"], answer["Set-Cookie"])
                }
                #expect(answers.allSatisfy { $0.0 == 204 && $0.1 == email })
                let set = answers.compactMap(\.2)
                #expect(!set.isEmpty && set.allSatisfy { $0.hasPrefix("ostiary-session=") })
                offered += set
            }
            // The browser has the tokens of its login, as if the proxy had kept each cookie to itself.
            #expect(visitor["ostiary-session"] == kept)
            let successors = Set(offered.map { $0.prefix { $0 != "~" } })
            #expect(successors.count == 1, "a token that was never received is not spent")
            #expect(try visitor.open("/api/me/").text.contains(email))
            #expect(visitor["ostiary-session"] != kept)
            pause(2.2)
            let after = try visitor.exchange(WireRequest("GET", path, visitor.cookieHeader))
            #expect(after.status == 204)
            #expect(try visitor.open("/api/me/").text.contains(email))
        }

        @Test("a browser that comes when its tokens are over is a stranger, and no thief")
        func over() throws {
            let server = try ServerProcess(
                environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "1", "OSTIARY_REFRESH_TOKEN_LIFETIME": "20"])
            let visitor = PageVisitor(port: server.port)
            try visitor.logIn()
            pause(1.2)
            #expect(try ask(visitor).status == 204)
            pause(22)
            #expect(try ask(visitor).status == 401)
            let audit = try server.command(["audit", "list", "--json"])
            #expect(audit.exit == .code(0) && audit.stdout.contains("logged_in"))
            #expect(!audit.stdout.contains("replayed"))
        }

        @Test("the login of the pages returns to the address that was asked for, and to no other host")
        func login() throws {
            let visitor = try PageVisitor()
            let email = freshEmail()
            try WireClient(port: visitor.port).enrol(email)
            for (sent, expected) in [
                ("/a?x=1&y=%C3%BC", "/a?x=1&y=%C3%BC"), ("//evil.example", "/"), ("/\\evil.example", "/"),
                ("https://evil.example/", "/"),
            ] {
                visitor.cookies = []
                let page = try visitor.open("/login/?back=\(encoded(sent))")
                #expect(page.status == 200 && !page.text.contains("evil"))
                let answer = try visitor.send(
                    "/login/", [("email", email), ("password", WireClient.password), ("back", sent)])
                #expect(answer.status == 303 && answer["Location"] == expected)
            }
        }

        @Test("a browser that comes by a link of another site is led on once, since it has kept back its cookie")
        func links() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            let stranger = visitor.twin
            stranger["ostiary-session"] = nil
            let headers = [("Sec-Fetch-Site", "cross-site")]
            let page = try stranger.open("/login/?back=%2Fa%3Fx%26y", headers)
            #expect(page.text.contains(#"content="0; url=/a?x&amp;y""#) && !page.text.contains("password"))
            #expect(
                try stranger.open("/login/?back=%2Fa", [("Sec-Fetch-Site", "same-origin")]).text.contains("password"))
            stranger.cookies = []
            #expect(try stranger.open("/login/?back=%2Fa", headers).text.contains("password"))
        }

        private func encoded(_ text: String) -> String {
            text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
