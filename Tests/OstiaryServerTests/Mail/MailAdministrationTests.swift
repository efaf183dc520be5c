// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Proven addresses as administrators see them.
    @Suite struct MailAdministrations {
        @Test("the API, the pages and the command tell administrators if an address is proven")
        func proofs() throws {
            let server = try MailServer(environment: ["OSTIARY_PUBLIC_URL": "http://127.0.0.1:{port}"])
            let accounts = try AdminAccounts(on: server.process)
            let visitor = PageVisitor(port: server.process.port)
            try visitor.logIn(accounts.root, WireClient.password)
            let email = freshEmail()
            let id = try server.client.enrol(email)
            for isProven in [false, true] {
                if isProven {
                    let token = try server.messages(to: email)[0].token
                    #expect(try server.client.use("/api/email/verification/confirm/", ["token": token]).status == 200)
                }
                let member = "\"email\":\"\(email)\",\"email_verified\":\(isProven),\"username\""
                for path in ["/api/admin/users/\(id)/", "/api/admin/users/?search=\(email)"] {
                    #expect(try accounts.ask("GET", path).text.contains(member), "\(path)")
                }
                let changed = try accounts.ask("PUT", "/api/admin/users/\(id)/", #"{"first_name":"\#(isProven)"}"#)
                #expect(changed.status == 200 && changed.text.contains(member), "\(changed)")
                let word = isProven ? ">proven<" : ">not proven<"
                #expect(try visitor.open("/admin/users/\(id)/").text.contains(word))
                let mail = [
                    "OSTIARY_MAIL_URL": "smtp://mail.example", "OSTIARY_MAIL_FROM": "x@mail.example",
                    "OSTIARY_PUBLIC_URL": MailServer.publicURL,
                ]
                let shown = try server.process.command(["users", "show", email], environment: mail).stdout
                let line = shown.split(separator: "\n").first { $0.hasPrefix("email proven") }
                #expect(line?.hasSuffix(isProven ? "yes" : "no") == true, "\(shown)")
                for command in [["users", "show", email], ["users", "list", "--search", email]] {
                    let document = try server.process.command(command + ["--json"], environment: mail).stdout
                    #expect(document.contains(member), "\(document)")
                }
            }
            #expect(try accounts.ask("GET", "/api/admin/me/").text.contains(#""email_verified":false"#))
            let moved = try accounts.ask("PUT", "/api/admin/users/\(id)/", "{\"email\":\"\(freshEmail())\"}")
            #expect(moved.status == 200 && moved.text.contains(#""email_verified":false"#), "another address")
        }

        @Test("without a mail server nothing tells it")
        func off() throws {
            let server = try SharedServers.ordinary()
            let accounts = try AdminAccounts(on: server)
            for path in ["/api/admin/me/", "/api/admin/users/?search=\(accounts.root)"] {
                let answer = try accounts.ask("GET", path)
                #expect(answer.status == 200 && !answer.text.contains("email_verified"), "\(answer)")
            }
            let shown = try server.command(["users", "show", accounts.root])
            #expect(shown.exit == .code(0) && !shown.stdout.contains("proven"), "\(shown)")
        }
    }
}
