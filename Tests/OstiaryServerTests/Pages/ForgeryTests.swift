// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Forms that the pages have not made for this browser, and cookies where they do not count.
    @Suite struct PageForgery {
        enum Forgery: String, CaseIterable {
            case noToken, wrongToken, emptyToken, tokenOfAnotherBrowser, noCookies, otherSite, sameSite, otherOrigin
            case nullOrigin
        }

        @Test("a form that is not ours is refused, and nothing is done", arguments: Forgery.allCases)
        func forgery(_ forgery: Forgery) throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            let stranger = try PageVisitor()
            try stranger.open("/api/me/")
            var token: String? = visitor.token
            var headers = [("Sec-Fetch-Site", "same-origin")]
            switch forgery {
            case .noToken: token = nil
            case .wrongToken: token = String(visitor.token.reversed())
            case .emptyToken: token = ""
            case .tokenOfAnotherBrowser: token = stranger.token
            case .noCookies: break
            case .otherSite: headers = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")]
            case .sameSite: headers = [("Sec-Fetch-Site", "same-site")]
            case .otherOrigin: headers = [("Origin", "https://evil.example")]
            case .nullOrigin: headers = [("Origin", "null")]
            }
            let sender = visitor.twin
            if forgery == .noCookies { sender.cookies = [] }
            let fields = (token.map { [("_token", $0)] } ?? []) + [("_method", "PUT"), ("username", "forged")]
            let answer = try sender.exchange(sender.form("/api/me/", fields, headers))
            #expect(answer.status == 403)
            #expect(answer.text.contains("so nothing was done"))
            #expect(answer.values("Set-Cookie").isEmpty)
            #expect(try visitor.open("/api/me/").text.contains("forged") == false)

            let email = freshEmail()
            let account = [("email", email), ("password", WireClient.password)]
            let registration = (token.map { [("_token", $0)] } ?? []) + account
            #expect(try sender.exchange(sender.form("/api/register/", registration, headers)).status == 403)
            #expect(try WireClient(port: visitor.port).login(email).status == 401)
            #expect(try sender.exchange(sender.form("/login/", registration, headers)).status == 403)
            #expect(try sender.exchange(sender.form("/logout/", [], headers)).status == 403)
            #expect(try visitor.open("/api/me/").status == 200, "still logged in")
        }

        @Test(
            "the page that refuses a form leads nowhere else", arguments: ["//evil.example/login", "/\\evil.example/"])
        func noWayOut(_ path: String) throws {
            let visitor = try PageVisitor()
            let headers = [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")]
            for value in ["x", String(repeating: "x", count: 70_000)] {
                let answer = try visitor.exchange(visitor.form(path, [("a", value)], headers))
                #expect([403, 413].contains(answer.status))
                #expect(!answer.text.contains("href=\"\(path)"), "\(answer)")
            }
        }

        @Test("the genuine form is accepted, also without the headers of a browser of today")
        func genuine() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            let origin = "http://127.0.0.1"
            for headers in [[("Sec-Fetch-Site", "same-origin")], [("Origin", origin)], []] {
                let answer = try visitor.send("/api/me/", [("username", "mine")], method: "PUT", headers: headers)
                #expect(answer.status == 200 && answer.text.contains("mine"))
            }
        }

        @Test("the cookie counts for pages only, never for the API")
        func cookieIsForPages() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            #expect(try visitor.open("/api/me/").status == 200)
            let cookie = visitor.cookieHeader
            for accept in ["application/json", "*/*", "application/problem+json"] {
                let headers = [("Accept", accept)] + cookie
                #expect(try visitor.exchange(WireRequest("GET", "/api/me/", headers)).status == 401, "\(accept)")
                let put = WireRequest("PUT", "/api/me/", headers, json: #"{"username":"by cookie"}"#)
                #expect(try visitor.exchange(put).status == 401, "\(accept)")
            }
            let json = try visitor.exchange(WireRequest("GET", "/api/me/?format=json", [("Accept", "*/*")] + cookie))
            #expect(json.status == 401)
            // A program's request for a page speaks for itself.
            let html = [("Accept", "text/html")] + cookie
            let put = WireRequest("PUT", "/api/me/", html, json: #"{"username":"by cookie"}"#)
            #expect(try visitor.exchange(put).status == 401)
            #expect(try visitor.exchange(WireRequest("DELETE", "/api/sessions/", html)).status == 401)
            let body = Array("{\"username\":\"by cookie\"}".utf8)
            let plain = WireRequest("POST", "/api/me/", html + [("Content-Type", "text/plain")], body: body)
            #expect(try visitor.exchange(plain).status == 405)
            #expect(try visitor.open("/api/me/").text.contains("by cookie") == false)
        }

        @Test("a program that asks for a page with its own token gets one")
        func ownToken() throws {
            let (email, tokens) = try SharedServers.client().newSession()
            let headers = [("Accept", "text/html"), ("Authorization", "Bearer \(tokens.access)")]
            let client = try SharedServers.client()
            let page = try client.exchange(WireRequest("GET", "/api/me/", headers))
            #expect(page.status == 200 && page.text.contains(email))
            let form = headers + [("Content-Type", "application/x-www-form-urlencoded")]
            let put = try client.exchange(WireRequest("PUT", "/api/me/", form, body: Array("username=program".utf8)))
            #expect(put.status == 200 && put.text.contains("program"))
            let type = [("Accept", "text/html"), ("Content-Type", "application/x-www-form-urlencoded")]
            let login = WireRequest("POST", "/api/login/", type, body: Array("email=x".utf8))
            #expect(try client.exchange(login).status == 401, "the API's own answer")
            let ended = try client.exchange(WireRequest("DELETE", "/api/sessions/", headers))
            #expect(ended.status == 204 && ended.body.isEmpty)
        }

        @Test(
            "nothing that a visitor sends becomes a header or leads elsewhere",
            arguments: [
                "//evil.example/", "/\\evil.example", "https://evil.example/", "/api/\r\nSet-Cookie: a=b",
                "javascript:1",
                "/api/me/ HTTP/1.1", "/\u{1}",
            ])
        func injection(_ next: String) throws {
            let visitor = try PageVisitor()
            let email = freshEmail()
            try WireClient(port: visitor.port).enrol(email)
            try visitor.open("/login/")
            let fields = [("email", email), ("password", WireClient.password), ("next", next)]
            let answer = try visitor.send("/login/", fields)
            #expect(answer.status == 303 && answer["Location"] == "/api/")
            #expect(answer.values("Set-Cookie").count == 2)
            try visitor.open("/api/me/")
            for (name, value) in [
                ("_header.Idempotency-Key", "a\r\nX-Evil: 1"), ("_header.Cookie", "a"), ("_query.all", "a\r\nb"),
                ("_content_type", "text/html\r\nX-Evil: 1"), ("_method", "GET / HTTP/1.1\r\nX-Evil: 1"),
            ] {
                for path in ["/api/refresh/", "/api/sessions/", "/api/me/"] {
                    let answer = try visitor.send(path, [(name, value), ("refresh_token", "x"), ("_content", "{}")])
                    #expect(
                        answer["X-Evil"] == nil && (400..<500).contains(answer.status),
                        "\(name) \(path) \(answer.status)")
                }
            }
        }
    }
}
