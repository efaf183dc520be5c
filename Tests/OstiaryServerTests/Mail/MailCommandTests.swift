// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The commands of mail, beside a running server.
    @Suite struct MailCommands {
        @Test("what cannot leave is listed, tried again and dropped, and each of it is audited")
        func queue() throws {
            // Nobody listens at port 1.
            let away = ["OSTIARY_MAIL_URL": "smtp://127.0.0.1:1?tls=off"]
            let server = try MailServer(environment: away)
            let email = freshEmail()
            try server.client.enrol(email)
            let listed: String? = try waitUntil(20) {
                let text = try server.process.command(["mail", "queue", "--json"]).stdout
                return text.contains(#""reason":"connect"#) ? text : nil
            }
            let list = try #require(listed)
            #expect(list.contains("\"to\":\"\(email)\"") && list.contains(#""attempts":0"#), "\(list)")
            #expect(server.process.output.contains("no mail leaves at the moment"))
            #expect(try server.process.command(["mail", "queue"]).stdout.contains("verify"))
            #expect(try server.process.command(["mail", "retry", "1"]).stdout == "1 of 1 message due now.\n")
            #expect(try server.process.command(["mail", "drop", "1", "77"]).stdout == "1 of 2 messages deleted.\n")
            let again = try server.process.command(["mail", "drop", "1"])
            #expect(again.exit == .code(1) && again.stdout == "0 of 1 message deleted.\n")
            #expect(try server.process.command(["mail", "queue", "--json"]).stdout == "[]\n")
            let audited = try server.process.command(["audit", "list"]).stdout
            #expect(audited.contains("mail_retried") && audited.contains("mail_dropped"))
        }

        @Test("a test message leaves, or the dialogue tells the step, and nothing tells the password")
        func trial() throws {
            let server = try MailServer()
            let folder = try TemporaryDirectory()
            func test(_ url: String) throws -> CommandResult {
                try server.process.command(
                    ["mail", "test", "ada@mail.example", "--mail-url", url, "--mail-from", "x@mail.example"]
                        + ["--public-url", MailServer.publicURL])
            }
            let sent = try test("file:\(folder.path)")
            #expect(sent.exit == .code(0), "\(sent)")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            let mail = try ReceivedMail(text(ofFile: folder.file(try #require(files.first))))
            #expect(mail["To"] == "ada@mail.example" && mail.body.contains("id.example.com"))
            let refused = try test("smtps://user:secret-word@127.0.0.1:1")
            #expect(refused.exit == .code(1) && refused.stderr.contains("did not leave: connect"), "\(refused)")
            #expect(!(refused.stdout + refused.stderr).contains("secret-word"))
            let none = try server.process.command(["mail", "test", "ada@mail.example"])
            #expect(none.exit == .code(78) && none.stderr.contains("There is no mail"))
        }

        @Test("templates are written, changed, shown, and refused where a link is missing")
        func templates() throws {
            let folder = try TemporaryDirectory()
            #expect(try runCommand(["mail", "templates", folder.path]).stdout.hasPrefix("60 templates written."))
            #expect(try runCommand(["mail", "templates", folder.path]).exit == .code(78), "nothing is overwritten")
            let own = try TemporaryDirectory()
            try Data("Ours\n\nGo to {{link}}\n".utf8).write(to: URL(filePath: own.file("reset.de.txt")))
            let shown = try runCommand(["mail", "preview", "reset", "--language", "de", "--mail-templates", own.path])
            #expect(shown.stdout.hasPrefix("Subject: Ours\n\nGo to https://"), "\(shown)")
            #expect(try runCommand(["mail", "preview", "reset"]).stdout.contains("Set a new password"))
            try Data("Ours\n\nno link\n".utf8).write(to: URL(filePath: own.file("reset.de.txt")))
            let refused = try runCommand(["mail", "preview", "reset", "--mail-templates", own.path])
            #expect(refused.exit == .code(78) && refused.stderr.contains("reset.de.txt"), "\(refused)")
            #expect(try runCommand(["mail", "preview", "nothing"]).exit == .code(64))
        }

        @Test("an operator proves an address, and makes a link that sets a password")
        func users() throws {
            let server = try MailServer()
            let (email, client) = (freshEmail(), server.client)
            try client.enrol(email)
            let access = try client.tokens(email).access
            for (options, isVerified) in [([], true), (["--undo"], false)] as [([String], Bool)] {
                #expect(try server.process.command(["users", "verify", email] + options).exit == .code(0))
                let told: Bool? = try waitUntil(5) {
                    try client.me(access).text.contains("\"email_verified\":\(isVerified)") ? true : nil
                }
                #expect(told == true, "\(isVerified)")
            }
            let command = ["users", "resetlink", email, "--mail-url", "file:/tmp", "--mail-from", "x@mail.example"]
            let printed = try server.process.command(command + ["--public-url", MailServer.publicURL]).stdout
            let token = try #require(printed.firstMatch(of: /\/account\/reset\/\?token=(\S+)\n/)).output.1
            let set = ["token": String(token), "new_password": "a new one 4 you"]
            #expect(try client.use("/api/password/reset/confirm/", set).status == 200)
            #expect(try server.process.command(["audit", "list"]).stdout.contains("link_made"))
        }
    }
}
