// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The pages on which links land, on the real server.
    @Suite struct LinkPages {
        private static let server = Result { try MailServer() }
        private let server: MailServer
        private let visitor: PageVisitor

        init() throws {
            server = try Self.server.get()
            visitor = PageVisitor(port: server.process.port)
        }

        /// The path of the link in a message, which programs open in every way before its owner does.
        private func scanned(_ mail: ReceivedMail) throws -> String {
            let link = try #require(mail.body.firstMatch(of: /https:\/\/id\.example\.com(\S+)/)).output.1
            let client = server.client
            for method in ["HEAD", "GET"] {
                for headers in [[], [("Purpose", "prefetch")], [("Accept", PageVisitor.accept)]] {
                    _ = try client.exchange(WireRequest(method, String(link), headers))
                }
            }
            let robot = PageVisitor(port: server.process.port)
            _ = try robot.follow(robot.open(String(link)))
            return String(link)
        }

        @Test("a new password is asked for and set on pages, and the address of none has a token")
        func reset() throws {
            let email = freshEmail()
            try server.client.enrol(email)
            #expect(try visitor.open("/login/").text.contains(#"href="/account/forgot/""#))
            try visitor.open("/account/forgot/")
            let bad = try visitor.send("/account/forgot/", [("email", "nobody")])
            #expect(bad.status == 400 && bad.text.contains(#"value="nobody""#))
            let asked = try visitor.send("/account/forgot/", [("email", email)])
            #expect(asked.status == 200 && asked.text.contains("a mail is on its way"))
            let path = try scanned(server.message(to: email, "/account/reset/"))
            let landed = try visitor.open(path)
            #expect(landed.status == 303 && landed["Location"] == "/account/reset/", "\(landed)")
            let cookie = try #require(landed.values("Set-Cookie").first { $0.contains("ostiary-link=") })
            for part in ["HttpOnly", "SameSite=Lax", "Path=/account/", "Max-Age=600", "Secure"] {
                #expect(cookie.contains(part), "\(cookie)")
            }
            let page = try visitor.open("/account/reset/")
            #expect(page.text.contains(email) && page["Referrer-Policy"] == "no-referrer")
            let weak = try visitor.send("/account/reset/", [("new_password", "12345678")])
            #expect(weak.status == 400 && weak.text.contains(#"name="new_password""#))
            let done = try visitor.send("/account/reset/", [("new_password", "a new one 4 you")])
            #expect(done.status == 200 && done.text.contains("Your password is set"), "\(done)")
            #expect(try server.client.login(email, "a new one 4 you").status == 200)
            #expect(try visitor.open("/account/reset/").text.contains("token is missing"))
        }

        @Test("an address is confirmed, changed and taken back by a button each")
        func addresses() throws {
            let (email, thief) = (freshEmail(), freshEmail())
            let client = server.client
            try client.enrol(email)
            let access = try client.tokens(email).access
            func press(_ mail: ReceivedMail, at path: String, _ words: String) throws {
                #expect(try visitor.follow(visitor.open(scanned(mail))).status == 200)
                let done = try visitor.send(path, [])
                #expect(done.status == 200 && done.text.contains(words), "\(done)")
            }
            try press(server.messages(to: email)[0], at: "/account/verify/", "Your address is confirmed.")
            #expect(try client.me(access).text.contains(#""email_verified":true"#))
            _ = try client.use("/api/email/change/", ["email": thief, "password": WireClient.password], access)
            try press(server.messages(to: thief)[0], at: "/account/change/", "has its new address")
            try press(server.message(to: email, "/account/undo/"), at: "/account/undo/", "its old address again")
            #expect(try client.me(access).status == 401)
        }

        @Test("a link logs in where its button is pressed, and a link of another purpose does nothing")
        func login() throws {
            let email = freshEmail()
            try server.client.enrol(email)
            _ = try server.client.use("/api/login/email/", ["email": email])
            let path = try scanned(server.message(to: email, "/account/login/"))
            let wrong = try visitor.follow(visitor.open(path.replacing("/account/login/", with: "/account/reset/")))
            #expect(wrong.status == 400 && wrong.text.contains("does not work"))
            #expect(try visitor.follow(visitor.open(path)).text.contains("log in as <bdi>\(email)</bdi>"))
            let done = try visitor.send("/account/login/", [])
            #expect(done.status == 303 && visitor["__Host-ostiary-session"] != nil, "\(done)")
            #expect(try visitor.open("/api/me/").text.contains(email))
        }

        @Test("a registration is completed with the password that was chosen")
        func registration() throws {
            let server = try MailServer(environment: ["OSTIARY_EMAIL_VERIFICATION": "required"])
            let visitor = PageVisitor(port: server.process.port)
            let email = freshEmail()
            _ = try server.client.register(email)
            let token = try server.messages(to: email)[0].token
            _ = try visitor.follow(visitor.open("/account/verify/?token=\(token)"))
            #expect(try visitor.send("/account/verify/", [("password", "another")]).status == 401)
            let done = try visitor.send("/account/verify/", [("password", WireClient.password)])
            #expect(done.status == 303, "\(done)")
            #expect(try visitor.open("/api/me/").text.contains(email), "logged in")
        }

        @Test("without mail there are no such pages")
        func off() throws {
            let visitor = try PageVisitor()
            #expect(try visitor.open("/account/forgot/").status == 404)
            #expect(try !visitor.open("/login/").text.contains("Forgot"))
        }
    }
}
