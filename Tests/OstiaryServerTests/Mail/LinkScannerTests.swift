// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Links that a real browser of somebody else has opened first.
    @Suite struct LinkScanners {
        private let server: MailServer
        private let client: WireClient

        init() throws {
            // The browser speaks plain http to this machine, so its cookies must not ask for https.
            server = try MailServer(environment: ["OSTIARY_PUBLIC_URL": "http://127.0.0.1:{port}"])
            client = server.client
        }

        private func account() throws -> String {
            let email = freshEmail()
            try client.enrol(email)
            return email
        }

        /// The path of the link in the newest message with a text.
        private func path(_ email: String, _ page: String) throws -> String {
            let body = try server.message(to: email, page).body
            return String(try #require(body.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+(\S+)/)).output.1)
        }

        private func change(_ email: String, to other: String) throws {
            let fields = ["email": other, "password": WireClient.password]
            #expect(try client.use("/api/email/change/", fields, client.tokens(email).access).status == 202)
        }

        @Test("a program that opens links and runs their scripts uses none of them up, for no purpose")
        func scanned() throws {
            _ = try Executable.required("chromedriver", package: "chromium-driver")
            let (reset, login, moving, moved) = try (account(), account(), account(), account())
            let (next, thief) = (freshEmail(), freshEmail())
            #expect(try client.use("/api/password/reset/", ["email": reset]).status == 202)
            #expect(try client.use("/api/login/email/", ["email": login]).status == 202)
            try change(moving, to: next)
            try change(moved, to: thief)
            let token = try server.message(to: thief, "/account/change/").token
            #expect(try client.use("/api/email/change/confirm/", ["token": token]).status == 200)
            let uses: [(path: String, fields: [(String, String)], text: String)] = [
                (try path(try account(), "/account/verify/"), [], "Your address is confirmed."),
                (try path(reset, "/account/reset/"), [("new_password", "a new one 4 you")], "Your password is set"),
                (try path(next, "/account/change/"), [], "has its new address"),
                (try path(moved, "/account/undo/"), [], "its old address again"),
                (try path(login, "/account/login/"), [], ""),
            ]
            let scan = try CommandResult(
                PageWalks.python.get(),
                ["-B", "\(PageWalks.folder)/Browser/scanner.py", "http://127.0.0.1:\(server.process.port)"]
                    + uses.map(\.path),
                environment: Executable.inheritedEnvironment, within: 120)
            #expect(scan.exit == .code(0), "\(scan.stderr.suffix(4_000))")
            for (path, fields, text) in uses {
                let owner = PageVisitor(port: server.process.port)
                #expect(try owner.follow(owner.open(path)).status == 200, "\(path)")
                let done = try owner.send(String(path.prefix { $0 != "?" }), fields)
                #expect(text.isEmpty ? done.status == 303 : done.text.contains(text), "\(path): \(done)")
            }
        }
    }
}
