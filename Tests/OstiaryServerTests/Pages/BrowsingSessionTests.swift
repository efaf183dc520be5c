// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// How long a browser stays logged in, and what ends that.
    @Suite struct PageSessions {
        /// Access tokens live for two seconds there.
        private static let hasty = Result {
            try ServerProcess(environment: ["OSTIARY_ACCESS_TOKEN_LIFETIME": "2"])
        }

        private func hastyVisitor() throws -> PageVisitor { PageVisitor(port: try Self.hasty.get().port) }

        @Test("the cookies are for this host, for http and for pages only, and say no more than they must")
        func attributes() throws {
            let visitor = try PageVisitor()
            let first = try visitor.open("/api/me/")
            #expect(first.values("Set-Cookie").count == 1)
            let browser = try #require(first["Set-Cookie"])
            #expect(browser.hasPrefix("ostiary-browser=") && browser.hasSuffix("; SameSite=Lax"))
            let email = freshEmail()
            try WireClient(port: visitor.port).enrol(email)
            let login = try visitor.send("/login/", [("email", email), ("password", WireClient.password)])
            let session = try #require(login.values("Set-Cookie").first { $0.hasPrefix("ostiary-session=") })
            for attribute in ["; Path=/;", "; HttpOnly;", "; SameSite=Strict", "; Max-Age="] {
                #expect(session.contains(attribute), "\(attribute)")
            }
            #expect(!session.contains("Domain") && !session.contains("Secure"))
            #expect(browser.contains("; HttpOnly;") && !browser.contains("Domain"))
            #expect(login["Cache-Control"] == "no-store")
        }

        @Test("over https the cookies are bound to the host and to https")
        func secureAttributes() throws {
            let server = try ServerProcess(["--public-url", "https://id.example.com"])
            let visitor = PageVisitor(port: server.port)
            let cookie = try #require(try visitor.open("/api/me/")["Set-Cookie"])
            #expect(cookie.hasPrefix("__Host-ostiary-browser=") && cookie.hasSuffix("; Secure"))
            let email = freshEmail()
            try WireClient(port: server.port).enrol(email)
            let fields = [("email", email), ("password", WireClient.password)]
            let origin = [("Origin", "https://id.example.com")]
            let login = try visitor.send("/login/", fields, headers: origin)
            let session = try #require(login.values("Set-Cookie").first { $0.hasPrefix("__Host-ostiary-session=") })
            #expect(session.contains("; Path=/;") && session.hasSuffix("; SameSite=Strict; Secure"))
            #expect(try visitor.open("/api/me/").text.contains(email))
            let plain = [("Origin", "http://127.0.0.1")]
            #expect(try visitor.send("/api/me/", [], method: "PUT", headers: plain).status == 403)
        }

        @Test("a browser stays logged in beyond its access token, and no page shows its tokens")
        func staysLoggedIn() throws {
            let visitor = try hastyVisitor()
            let email = try visitor.logIn()
            for _ in 0..<2 {
                let before = try #require(visitor.tokens)
                pause(2.2)
                let page = try visitor.open("/api/me/")
                #expect(page.status == 200 && page.text.contains(email))
                let after = try #require(visitor.tokens)
                #expect(before.refresh != after.refresh)
                for token in [before.refresh, before.access, after.refresh, after.access] {
                    #expect(!page.text.contains(token))
                }
            }
        }

        @Test("tabs that refresh at once get the same successor, and the session goes on")
        func tabs() throws {
            let visitor = try hastyVisitor()
            try visitor.logIn()
            for _ in 0..<2 {
                pause(2.2)
                let tabs = (0..<6).map { _ in visitor.twin }
                let cookies = try parallel(tabs.count) { [tabs = Tabs(tabs)] index in
                    let answer = try tabs.all[index].open("/api/me/")
                    return (answer.status, tabs.all[index].tokens?.refresh)
                }
                #expect(cookies.allSatisfy { $0.0 == 200 })
                #expect(Set(cookies.map(\.1)).count == 1)
                // Of several cookies a browser keeps the one that came last.
                visitor.cookies = tabs[Int.random(in: 0..<6)].cookies
            }
            pause(2.2)
            #expect(try visitor.open("/api/me/").status == 200)
        }

        @Test(
            "a copied session cookie is found out in another browser, before or after its owner refreshes",
            arguments: [
                true, false,
            ])
        func theft(_ ownerIsFirst: Bool) throws {
            let visitor = try hastyVisitor()
            try visitor.logIn()
            let thief = PageVisitor(port: visitor.port)
            try thief.open("/api/me/")
            thief["ostiary-session"] = visitor["ostiary-session"]
            pause(2.2)
            let (first, second) = ownerIsFirst ? (visitor, thief) : (thief, visitor)
            #expect(try first.open("/api/me/").status == 200)
            let replay = try second.open("/api/me/")
            #expect(replay.status == 401 && replay.text.contains("has ended"))
            #expect(second["ostiary-session"] == nil, "the cookie is cleared")
            pause(2.2)
            let after = try first.open("/api/me/")
            #expect(after.status == 401 && first["ostiary-session"] == nil, "the session has ended for both")
        }

        @Test("a session cookie without the browser's own is worth nothing, and harms nothing")
        func halfACookie() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            let half = visitor.twin
            half["ostiary-browser"] = nil
            #expect(try half.open("/api/me/").status == 401)
            let doubled = visitor.twin
            doubled.cookies += [("ostiary-browser", String(repeating: "0", count: 64))]
            #expect(try doubled.open("/api/me/").status == 401, "one of two cookies was planted")
            let long = String(repeating: "x", count: 9_000)
            for junk in ["", "~", "a~b~c", "a\u{e9}~b", long, "x~" + String(repeating: ".", count: 50)] {
                let odd = visitor.twin
                odd["ostiary-session"] = junk
                #expect(try odd.open("/api/me/").status == 401, "\(junk.prefix(20))")
            }
            #expect(try visitor.open("/api/me/").status == 200)
        }

        @Test("logging out ends the session and clears the cookies; logging in again ends the one before")
        func logout() throws {
            let visitor = try PageVisitor()
            let email = try visitor.logIn()
            let (first, secret) = (try #require(visitor.tokens), visitor["ostiary-browser"])
            try visitor.logIn(email)
            let second = try #require(visitor.tokens)
            let client = WireClient(port: visitor.port)
            #expect(visitor["ostiary-browser"] != secret, "a secret that was planted does not outlive the login")
            #expect(try client.me(first.access).status == 401)
            #expect(try client.me(second.access).status == 200)
            let answer = try visitor.send("/logout/", [])
            #expect(answer.status == 303 && visitor["ostiary-session"] == nil && visitor["ostiary-browser"] == nil)
            #expect(try visitor.open("/login/").text.contains("You are logged out."), "it is said once")
            #expect(try !visitor.open("/login/").text.contains("You are logged out."))
            #expect(visitor["ostiary-notice"] == nil)
            #expect(try client.me(second.access).status == 401)
            #expect(try client.refresh(second.refresh).status == 400)
        }

        @Test("a change of password ends the browser's session too, and the page says so")
        func password() throws {
            let visitor = try PageVisitor()
            try visitor.logIn()
            let wrong = try visitor.send(
                "/api/password/", [("current_password", "wrong"), ("new_password", "another horse 8 battery")])
            #expect(wrong.status == 400 && wrong.text.contains("The password is not correct."))
            #expect(!wrong.text.contains("another horse"), "what was typed as a password is not shown again")
            let changed = try visitor.send(
                "/api/password/",
                [("current_password", WireClient.password), ("new_password", "another horse 8 battery")])
            #expect(changed.status == 200 && changed.text.contains("has ended"))
            #expect(visitor["ostiary-session"] == nil)
        }
    }
}

/// Each is used by one thread only.
private struct Tabs: @unchecked Sendable {
    let all: [PageVisitor]
    init(_ all: [PageVisitor]) { self.all = all }
}
