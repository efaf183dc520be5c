// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Requests that a page of another site has a browser send: it cannot read the answers, but could spend budgets.
    @Suite struct CrossSite {
        private static let app = "https://app.example"
        private static let server = Result {
            try ServerProcess(["--cors-origin", app, "--public-url", "https://id.example"], throttling: true)
        }

        private static let foreign: [[(String, String)]] = [
            [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
            [("Origin", "https://evil.example")],
            [("Sec-Fetch-Site", "cross-site")], [("Origin", "null")], [("Origin", "https://id.example.evil.example")],
            [("Origin", "https://id.example"), ("Sec-Fetch-Site", "cross-site")], [("Origin", "http://id.example")],
            [("Origin", "https://app.example:8443")], [("Origin", "HTTPS://APP.EXAMPLE")],
            [("Origin", "https://other.id.example"), ("Sec-Fetch-Site", "same-site")],
        ]
        private static let own: [[(String, String)]] = [
            [], [("Origin", app), ("Sec-Fetch-Site", "cross-site")], [("Origin", "https://id.example")],
            [("Origin", "https://id.example"), ("Sec-Fetch-Site", "same-origin")], [("Origin", "https://127.0.0.1")],
            [("Sec-Fetch-Site", "none")], [("Origin", "http://localhost:5173"), ("Sec-Fetch-Site", "same-origin")],
        ]

        private func post(_ path: String, _ type: String, _ body: String, _ headers: [(String, String)]) throws
            -> WireAnswer
        {
            let headers = headers + [("Content-Type", type)]
            return try WireClient(port: Self.server.get().port).exchange(
                WireRequest("POST", path, headers, body: Array(body.utf8)))
        }

        @Test("a form of another site is refused before anything is counted, whatever its type and wherever it leads")
        func refused() throws {
            let client = try WireClient(port: Self.server.get().port)
            let email = freshEmail()
            try client.enrol(email)
            let multipart = "--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\n\(email)\r\n--x--"
            for _ in 0..<4 {
                for headers in Self.foreign {
                    for (type, body) in [
                        ("application/x-www-form-urlencoded", "email=\(email)&password=x"),
                        ("multipart/form-data; boundary=x", multipart),
                        ("text/plain", "{}"), ("application/json", #"{"email":"\#(email)","password":"x"}"#),
                    ] {
                        for path in ["/api/login/", "/api/register/", "/api/refresh/", "/api/logout/"] {
                            for accept in ["*/*", PageVisitor.accept] {
                                let answer = try post(path, type, body, headers + [("Accept", accept)])
                                #expect(answer.status == 403, "\(path) \(type) \(accept) \(headers)")
                            }
                        }
                    }
                }
            }
            // 60 logins and 20 registrations are in the budgets of a network.
            #expect(try client.login(email).status == 200)
            #expect(try client.register(freshEmail()).status == 200)
            let problem = try post(
                "/api/login/", "application/json", "{}", Self.foreign[0] + [("Accept", "application/problem+json")])
            #expect(problem.status == 403 && problem.member("code") == "cross_site_request")
        }

        @Test("pages of our own, of named origins, and programs are served", arguments: own.indices)
        func served(_ index: Int) throws {
            let answer = try post("/api/refresh/", "application/json", "{}", Self.own[index])
            #expect(answer.text == #"{"error":"Invalid refresh token"}"#, "\(Self.own[index])")
        }

        @Test("what changes nothing is answered to anybody")
        func reading() throws {
            let client = try WireClient(port: Self.server.get().port)
            for method in ["GET", "HEAD", "OPTIONS"] {
                #expect(try client.exchange(WireRequest(method, "/api/", Self.foreign[0])).status == 200)
            }
        }
    }
}
