// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// The section on headers, on answers of every kind.
    @Suite struct Headers {
        static let requests: [(WireRequest, Int)] = [
            (WireRequest("POST", "/api/register/", json: "{}"), 400), (WireRequest("GET", "/api/register/"), 405),
            (WireRequest("POST", "/api/login/", json: "{}"), 401),
            (WireRequest("POST", "/api/refresh/", json: "{}"), 400),
            (WireRequest("POST", "/api/logout/", json: "{}"), 400),
            (WireRequest("POST", "/api/login/", json: "{"), 400),
            (WireRequest("POST", "/api/login/", [("Content-Type", "text/plain")], body: [120]), 415),
            (WireRequest("POST", "/api/login/", [("Accept", "image/png")], json: "{}"), 406),
            (WireRequest("POST", "/api/login/", json: String(repeating: " ", count: 65_537)), 413),
            (WireRequest("OPTIONS", "/api/login/"), 200), (WireRequest("HEAD", "/api/login/"), 405),
            (WireRequest("GET", "/api/me/?format=xml"), 404),
        ]

        @Test("every answer of an endpoint has all of them")
        func everyAnswer() throws {
            let client = try SharedServers.client()
            for (request, status) in Self.requests {
                let answer = try client.exchange(request)
                #expect(answer.status == status, "\(request.method) \(request.target)")
                let isMe = request.target.hasPrefix("/api/me")
                expectHeaders(of: answer, allow: isMe ? "GET, PUT, DELETE, HEAD, OPTIONS" : "POST, OPTIONS")
            }
        }

        @Test("an unknown path has them too", arguments: ["/", "/api/nope/", "/favicon.ico", "/healthz", "/readyz"])
        func elsewhere(path: String) throws {
            let answer = try SharedServers.client().exchange(WireRequest("GET", path))
            for (name, value) in [
                ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
                ("Cross-Origin-Opener-Policy", "same-origin"), ("Vary", "Accept"),
            ] {
                #expect(answer.values(name) == [value], "\(name) of \(answer)")
            }
            #expect(answer.values("X-Request-ID").map(\.isEmpty) == [false])
        }

        @Test("no two answers have one X-Request-ID, and none echoes an unclean one")
        func requestID() throws {
            let client = try SharedServers.client()
            let ids = try (0..<50).map { _ in try client.exchange(WireRequest("GET", "/api/me/"))["X-Request-ID"] }
            #expect(Set(ids).count == 50)
            for hostile in [
                "x\tSet-Cookie: a=b", String(repeating: "x", count: 5000), "é\u{7f}", "%0d%0aSet-Cookie:%20a=b",
            ] {
                let answer = try client.exchange(WireRequest("GET", "/api/me/", [("X-Request-ID", hostile)]))
                #expect(answer["Set-Cookie"] == nil)
                #expect((answer["X-Request-ID"] ?? "").utf8.count <= 200)
            }
        }

        @Test("Cache-Control: no-store on every answer that carries or concerns a credential")
        func noStore() throws {
            let client = try SharedServers.client()
            let email = freshEmail()
            var answers = [try client.register(email), try client.register(email), try client.login(email)]
            let tokens = try Tokens(answers[2])
            answers += [try client.login(email, "wrong"), try client.me("x.y.z")]
            let refreshed = try client.refresh(tokens.refresh)
            answers += [
                refreshed, try client.logout(Tokens(refreshed).refresh), try client.logout("x"),
                try client.refresh("x"),
            ]
            answers.append(try client.exchange(WireRequest("PUT", "/api/me/")))
            for answer in answers {
                #expect(answer.values("Cache-Control") == ["no-store"], "\(answer)")
            }
        }
    }
}
