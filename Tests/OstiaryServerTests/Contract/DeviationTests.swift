// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Where this service answers otherwise than the original, on purpose: a test for each row of that table.
    /// The rows about credentials in the header are in `BearerTests`, those about races in `Races/`.
    @Suite struct Deviations {
        @Test("a stale Authorization header is ignored by register, login, refresh and logout")
        func staleAuthorization() throws {
            let client = try SharedServers.client()
            let (email, tokens) = try client.newSession()
            let expired = try AccessToken(tokens.access).with("exp", "1").signed()
            for stale in ["Bearer \(expired)", "Bearer", "Basic x", "Bearer a b"] {
                func post(_ path: String, _ json: String) throws -> WireAnswer {
                    try client.exchange(WireRequest("POST", path, [("Authorization", stale)], json: json))
                }
                let account = #"{"email":"\#(freshEmail())","password":"\#(WireClient.password)"}"#
                #expect(try post("/api/register/", account).status == 200)
                let login = try post("/api/login/", #"{"email":"\#(email)","password":"\#(WireClient.password)"}"#)
                let refreshed = try post("/api/refresh/", #"{"refresh_token":"\#(Tokens(login).refresh)"}"#)
                let logout = try post("/api/logout/", #"{"refresh_token":"\#(Tokens(refreshed).refresh)"}"#)
                #expect(logout.text == #"{"success":"User logged out."}"#)
            }
        }

        @Test("an expired refresh token is a 400, again and again")
        func expiredRefreshToken() throws {
            let client = try WireClient(port: SharedServers.brief().port)
            let token = try client.newSession().tokens.refresh
            pause(2.1)
            let refused = try client.refresh(token)
            #expect(refused.status == 400)
            #expect(refused.text == #"{"error":"Invalid refresh token"}"#)
            #expect(try client.refresh(token).text == #"{"error":"Invalid refresh token"}"#)
        }

        @Test(
            "a malformed refresh token is a 400",
            arguments: [
                #"{"refresh_token":"not-a-uuid"}"#, #"{"refresh_token":{"a":1}}"#, #"{"refresh_token":"a\u0000"}"#,
                #"{"refresh_token":""}"#, #"{"refresh_token":[]}"#, "[]", "null", #""x""#, "5", "true",
                #"{"refresh_token":"\#(String(repeating: "a", count: 5000))"}"#, #"{"refresh_token":"\ud800"}"#,
                #"{"refresh_token":" 12345678-1234-4234-8234-123456789012 "}"#, #"{"refresh_token":1e400}"#,
            ], ["/api/refresh/", "/api/logout/"])
        func malformedRefreshToken(json: String, path: String) throws {
            let answer = try SharedServers.client().exchange(WireRequest("POST", path, json: json))
            #expect(answer.status == 400)
            #expect(answer.text == #"{"error":"Invalid refresh token"}"#)
        }

        @Test("deep JSON is a 400", arguments: ["register", "login", "refresh", "logout"])
        func deepJSON(endpoint: String) throws {
            for opening in ["[", #"{"a":"#] {
                let deep = String(repeating: opening, count: 60_000 / opening.utf8.count)
                let answer = try SharedServers.client().exchange(WireRequest("POST", "/api/\(endpoint)/", json: deep))
                #expect(answer.status == 400)
                #expect(answer.text.hasPrefix(#"{"detail":"JSON parse error - "#))
            }
        }

        @Test("a replayed refresh token ends its session")
        func replay() throws {
            let client = try SharedServers.client()
            let (email, first) = try client.newSession()
            let bystander = try client.tokens(email)
            let second = try Tokens(client.refresh(first.refresh))
            let third = try Tokens(client.refresh(second.refresh))

            #expect(try client.refresh(first.refresh).text == #"{"error":"Invalid refresh token"}"#)
            #expect(try client.refresh(third.refresh).status == 400)
            for access in [first.access, second.access, third.access] {
                #expect(try client.me(access).text == #"{"detail":"Invalid credentials"}"#)
            }
            #expect(try client.me(bystander.access).status == 200, "another session of the user goes on")
            #expect(try client.refresh(bystander.refresh).status == 200)
        }

        @Test("logout with a spent token answers 400 and ends the session")
        func logoutWithSpentToken() throws {
            let client = try SharedServers.client()
            let first = try client.newSession().tokens
            let second = try Tokens(client.refresh(first.refresh))
            #expect(try client.logout(first.refresh).text == #"{"error":"Invalid refresh token"}"#)
            #expect(try client.me(second.access).status == 401)
            #expect(try client.refresh(second.refresh).status == 400)
        }

        @Test("access tokens do not outlive logout")
        func logoutEndsAccess() throws {
            let client = try SharedServers.client()
            let first = try client.newSession().tokens
            let second = try Tokens(client.refresh(first.refresh))
            #expect(try client.logout(second.refresh).status == 200)
            for access in [first.access, second.access] {
                let answer = try client.me(access)
                #expect(answer.status == 401)
                #expect(answer.text == #"{"detail":"Invalid credentials"}"#)
            }
            #expect(try client.logout(second.refresh).text == #"{"error":"Invalid refresh token"}"#)
        }

        @Test(
            "users deactivated or deleted by another process are refused within a second",
            arguments: ["deactivate", "delete"])
        func userGone(command: String) throws {
            let server = try SharedServers.ordinary()
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            #expect(try client.me(tokens.access).status == 200)
            let result = try server.command(["users", command, email] + (command == "delete" ? ["--yes"] : []))
            #expect(result.exit == .code(0), "\(result)")
            let done = ContinuousClock.now
            let refusal = try waitUntil(3) {
                try client.me(tokens.access).status == 200 ? nil : client.me(tokens.access)
            }
            let delay = seconds(since: done)
            figure("access refused after users \(command)", seconds: delay)
            #expect(delay < 1)
            #expect(refusal?.status == 401)
            #expect(refusal?.text == #"{"detail":"Invalid credentials"}"#)
            #expect(try client.refresh(tokens.refresh).text == #"{"error":"Invalid refresh token"}"#)
            #expect(try client.login(email).text == #"{"error":"Invalid credentials"}"#)
        }

        @Test("e-mail addresses are compared without case")
        func emailCase() throws {
            let client = try SharedServers.client()
            let local = "Third.\(freshEmail().prefix { $0 != "@" })"
            let registered = try client.register("\(local)@EXAMPLE.Org")
            #expect(registered.status == 200)
            #expect(registered.member("email") == "\(local)@example.org")
            for variant in [
                "\(local)@EXAMPLE.Org", "\(local.uppercased())@example.ORG", "\(local.lowercased())@example.org",
            ] {
                #expect(try client.login(variant).status == 200)
                let again = try client.register(variant)
                #expect(again.status == 400)
                #expect(again.text == #"{"email":["custom user with this email already exists."]}"#)
            }
            let other = try client.newSession().tokens
            let taken = try client.put(#"{"email":"\#(local.uppercased())@example.org"}"#, other.access)
            #expect(taken.text == #"{"email":["custom user with this email already exists."]}"#)
        }

        @Test(
            "the Host header is not looked at",
            arguments: ["evil.example", "127.0.0.1:1", "[::1]", "a_b.example:99999"])
        func hostIgnored(host: String) throws {
            let answer = try SharedServers.client().exchange(
                WireRequest("GET", "/api/me/", [("Host", host), ("X-Forwarded-Host", "other.example")]))
            #expect(answer.status == 401)
            #expect(!"\(answer)".contains(host) && !"\(answer)".contains("other.example"))
        }

        @Test("an unknown method token is 400 or 405", arguments: ["BREW", "get", "PROPFIND", "X-Y"])
        func unknownMethod(method: String) throws {
            let answer = try SharedServers.client().exchange(WireRequest(method, "/api/me/"))
            #expect([400, 405].contains(answer.status), "\(answer)")
        }

        @Test("error pages are JSON, or a page for text/html")
        func errorPages() throws {
            let client = try SharedServers.client()
            for path in ["/api/nope/", "/api//me/", "/API/ME/", "/apis", "/api/me/x"] {
                let answer = try client.exchange(WireRequest("GET", path))
                #expect(answer.status == 404, "\(path)")
                #expect(answer.text == #"{"detail":"Not found."}"#, "\(path)")
            }
            let page = try client.exchange(WireRequest("GET", "/api/me/", [("Accept", "text/html")]))
            #expect(page.status == 401)
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
        }
    }
}
