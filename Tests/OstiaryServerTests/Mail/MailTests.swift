// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Messages of the real server, and the use of their links.
    @Suite struct Mails {
        private static let optional = Result { try MailServer() }
        private let server: MailServer
        private let client: WireClient

        init() throws {
            server = try Self.optional.get()
            client = server.client
        }

        @Test("a registration sends a link that proves the address, and the account tells it")
        func verification() throws {
            let email = freshEmail()
            let made = try client.register(email)
            #expect(made.status == 200 && made.text.contains(#""email_verified":false"#), "\(made)")
            let access = try client.tokens(email).access
            let mail = try server.messages(to: email)[0]
            #expect(mail.body.contains("\(MailServer.publicURL)/account/verify/?token="))
            let token = try mail.token
            let shown = try client.use("/api/link/", ["token": token])
            #expect(shown.member("purpose") == "verification" && shown.member("email") == email, "\(shown)")
            #expect(
                try client.use("/api/password/reset/confirm/", ["token": token, "new_password": "a new one 4 you"])
                    .status == 400)
            #expect(try client.use("/api/email/verification/confirm/", ["token": token]).status == 200)
            #expect(try client.me(access).text.contains(#""email_verified":true"#))
            let again = try client.use("/api/email/verification/confirm/", ["token": token])
            #expect(again.status == 400 && again.member("detail")?.contains("unknown, used or expired") == true)
            let asked = try client.use("/api/email/verification/", [:], access)
            #expect(asked.status == 400 && asked.text.contains("proven already"), "\(asked)")
        }

        @Test("a forgotten password is set by a link, which ends every session and logs nobody in")
        func reset() throws {
            let email = freshEmail()
            try client.enrol(email)
            let old = try client.tokens(email)
            let asked = try client.use("/api/password/reset/", ["email": email.uppercased()])
            #expect(asked.status == 202)
            let token = try server.message(to: email, "/account/reset/").token
            let weak = try client.use("/api/password/reset/confirm/", ["token": token, "new_password": "12345678"])
            #expect(weak.status == 400 && weak.text.contains("new_password"))
            let done = try client.use(
                "/api/password/reset/confirm/", ["token": token, "new_password": "a new one 4 you"])
            #expect(
                done.status == 200 && done.member("success") != nil && done.member("access_token") == nil, "\(done)")
            #expect(try client.me(old.access).status == 401 && client.refresh(old.refresh).status == 400)
            #expect(try client.login(email).status == 401 && client.login(email, "a new one 4 you").status == 200)
            _ = try server.message(to: email, "password")
        }

        @Test("an account moves by a link to the new address, and the old one takes it back from a thief")
        func change() throws {
            let (email, thief) = (freshEmail(), freshEmail())
            try client.enrol(email)
            let owner = try client.tokens(email)
            let session = try client.tokens(email)
            let refused = try client.put("{\"email\":\(jsonText(thief))}", session.access)
            #expect(refused.status == 400 && refused.text.contains("POST /api/email/change/"), "\(refused)")
            let fields = ["email": thief, "password": WireClient.password]
            let wrong = try client.use(
                "/api/email/change/", fields.merging(["password": "wrong"]) { $1 }, session.access)
            #expect(wrong.status == 400 && wrong.text.contains("password"))
            #expect(try client.use("/api/email/change/", fields, session.access).status == 202)
            let token = try server.messages(to: thief)[0].token
            let moved = try client.use("/api/email/change/confirm/", ["token": token])
            #expect(moved.status == 200 && moved.member("email") == thief, "\(moved)")
            #expect(try client.me(session.access).status == 200 && client.me(owner.access).status == 401)
            let undo = try server.message(to: email, "/account/undo/").token
            let back = try client.use("/api/email/change/undo/", ["token": undo])
            #expect(back.status == 200, "\(back)")
            #expect(try client.me(session.access).status == 401 && client.refresh(session.refresh).status == 400)
            #expect(try client.login(thief).status == 401 && client.login(email).status == 401)
            let reset = try server.message(to: email, "/account/reset/").token
            let set = ["token": reset, "new_password": "mine again 4 ever"]
            #expect(try client.use("/api/password/reset/confirm/", set).status == 200)
            #expect(try client.login(email, "mine again 4 ever").status == 200)
        }

        @Test("a login by mail works by the link, and by the code for the client that asked")
        func login() throws {
            let email = freshEmail()
            try client.enrol(email)
            _ = try client.use("/api/email/verification/confirm/", ["token": server.messages(to: email)[0].token])
            let asked = try client.use("/api/login/email/", ["email": email])
            let loginToken = try #require(asked.member("login_token"))
            let mail = try server.message(to: email, "/account/login/")
            let path = "/api/login/email/confirm/"
            let stranger = ["login_token": "Zb1kq0c9T4eYv7uJm2sXwA", "code": try mail.code]
            #expect(try client.use(path, stranger).status == 401)
            let byCode = try client.use(path, ["login_token": loginToken, "code": mail.code])
            #expect(try client.me(Tokens(byCode).access).status == 200)
            #expect(try client.use(path, ["token": mail.token]).status == 401, "the link is used up with the code")
            _ = try client.use("/api/login/email/", ["email": email])
            let second = try server.messages(to: email, 3)[2]
            #expect(try client.me(Tokens(client.use(path, ["token": second.token])).access).status == 200)
            #expect(try client.login(email).status == 200, "a proven account keeps its password")
        }

        @Test("where a confirmation is required, an account exists only after it, with the password that was chosen")
        func registration() throws {
            let server = try MailServer(environment: ["OSTIARY_EMAIL_VERIFICATION": "required"])
            let client = server.client
            let email = freshEmail()
            let asked = try client.register(email)
            #expect(asked.status == 202 && client.status(of: email) == 401, "\(asked)")
            let token = try server.messages(to: email)[0].token
            let path = "/api/register/confirm/"
            #expect(try client.use(path, ["token": token, "password": "somebody else's"]).status == 401)
            let made = try client.use(path, ["token": token, "password": WireClient.password])
            #expect(try client.me(Tokens(made).access).text.contains(#""email_verified":true"#))
            let again = try client.register(email)
            #expect(again.status == asked.status && again.body == asked.body, "the same answer")
            let mail = try server.messages(to: email, 2)[1]
            #expect(throws: Failure.self) { try mail.token }
        }

        @Test("without a mail server there is no trace of it")
        func off() throws {
            let client = try SharedServers.client()
            for path in ["password/reset", "email/change", "login/email", "link", "register/confirm"] {
                #expect(try client.use("/api/\(path)/", ["email": "a@b.example"]).status == 404, "\(path)")
            }
            #expect(try !client.register(freshEmail()).text.contains("email_verified"))
        }
    }
}

extension WireClient {
    func use(_ path: String, _ fields: [String: String], _ access: String? = nil) throws -> WireAnswer {
        let members = fields.sorted { $0.key < $1.key }.map { "\(jsonText($0.key)):\(jsonText($0.value))" }
        let headers = access.map { [("Authorization", "Bearer \($0)")] } ?? []
        return try exchange(WireRequest("POST", path, headers, json: "{\(members.joined(separator: ","))}"))
    }

    /// The status of a login with the usual password.
    func status(of email: String) -> Int? { try? login(email).status }
}
