// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Commands about one account, beside a running server.
    @Suite struct AccountCommands {
        private let server: ServerProcess
        private let client: WireClient
        private let email = freshEmail()
        private let id: Int

        init() throws {
            server = try SharedServers.ordinary()
            client = try SharedServers.client()
            id = try client.enrol(email)
        }

        /// Runs a command that succeeds.
        private func line(_ arguments: String..., input: String = "") throws -> String {
            let result = try server.command(arguments, input: input)
            #expect(result.exit == .code(0) && result.stderr.isEmpty, "\(arguments): \(result)")
            return result.stdout.filter { !$0.isNewline }
        }

        @Test("a command says what it has changed, or that there was nothing to change")
        func changes() throws {
            for _ in 0..<2 { #expect(try client.login(email).status == 200) }
            #expect(try line("users", "activate", email) == "\(email) was active already.")
            #expect(try line("users", "deactivate", email) == "\(email) was deactivated. 2 sessions ended.")
            #expect(try line("users", "deactivate", email) == "\(email) was inactive already.")
            #expect(try line("users", "activate", email) == "\(email) was activated.")
            #expect(try line("users", "logout", email) == "\(email) was logged in nowhere.")
            #expect(try client.login(email).status == 200)
            #expect(try line("users", "logout", email) == "\(email) is logged out everywhere. 1 session ended.")
            #expect(try line("users", "unlock", email) == "\(email) was unlocked.")
            #expect(try line("users", "delete", email, "--yes") == "\(email) was deleted.")
            #expect(try server.command(["users", "delete", email, "--yes"]).exit == .code(1))
        }

        @Test("with --json it is an object")
        func json() throws {
            let account = #""id":\#(id),"email":"\#(email)","changed""#
            #expect(try client.login(email).status == 200)
            let first = try line("users", "deactivate", email, "--json")
            #expect(first == "{\(account):true,\"sessions_ended\":1}")
            let second = try line("users", "deactivate", email, "--json")
            #expect(second == "{\(account):false,\"sessions_ended\":0}")
            #expect(try line("users", "activate", email, "--json") == "{\(account):true}")
            #expect(try line("users", "logout", email, "--json") == "{\(account):false,\"sessions_ended\":0}")
            #expect(try line("users", "unlock", email, "--json") == "{\(account):true}")
            let password = "\(WireClient.password)\n"
            let changed = try line("changepassword", email, "--password-stdin", "--json", input: password)
            #expect(changed == "{\(account):true}")
            #expect(try line("users", "delete", email, "--json", "--yes") == "{\(account):true}")
            let added = try line("users", "add", freshEmail(), "--no-password", "--json")
            let superuser = try line(
                "createsuperuser", "--email", freshEmail(), "--password-stdin", "--json", input: password)
            for user in [added, superuser] { #expect(user.hasPrefix(#"{"id":"#) && user.contains(#""is_staff":"#)) }
        }

        @Test("an account is named by its id wherever it is by its address")
        func ids() throws {
            let number = "\(id)"
            #expect(try line("users", "show", number).contains(email))
            #expect(try line("audit", "list", "--user", number).contains("registered"))
            #expect(try line("users", "unlock", number).hasPrefix(email))
            #expect(try line("users", "deactivate", number).hasPrefix(email))
            #expect(try line("users", "activate", number).hasPrefix(email))
            #expect(try client.login(email).status == 200)
            #expect(try line("users", "logout", number).hasPrefix(email))
            let changed = try line("changepassword", number, "--password-stdin", input: "another secure 7 horse")
            #expect(changed.contains(email))
            #expect(try client.login(email, "another secure 7 horse").status == 200)
            #expect(try line("users", "delete", number, "--yes").hasPrefix(email))
            let gone = try server.command(["users", "show", number])
            #expect(gone.exit == .code(1) && gone.stderr.contains("There is no account"), "\(gone)")
            for text in ["first", "99999999999999999999", "a@"] {
                let refused = try server.command(["users", "show", text])
                #expect(refused.exit == .code(64), "\(refused)")
                #expect(refused.stderr.contains("by its e-mail address or its id, not \"\(text)\""), "\(refused)")
            }
        }

        @Test("--password-stdin takes one line, with a line end or without", arguments: ["", "\n", "\r\n"])
        func passwordFromInput(end: String) throws {
            let password = "correct horse \u{E9} battery"
            let added = freshEmail()
            let superuser = freshEmail()
            _ = try line("users", "add", added, "--password-stdin", input: password + end)
            _ = try line("createsuperuser", "--email", superuser, "--password-stdin", input: password + end)
            _ = try line("changepassword", email, "--password-stdin", input: password + end)
            for email in [added, superuser, email] { #expect(try client.login(email, password).status == 200) }
        }

        @Test(
            "--password-stdin refuses all but one line of text",
            arguments: [
                ("", "blank"), ("\n", "blank"), (" \n", "blank"), ("correct horse 7\ncorrect horse 7\n", "one line"),
                ("correct\0horse 7", "one line"), (String(repeating: "x", count: 4_097), "at most 4096 bytes"),
                ("short", "too short"), ("password\n", "too common"),
            ])
        func badInput(input: String, reason: String) throws {
            let address = freshEmail()
            let result = try server.command(["users", "add", address, "--password-stdin"], input: input)
            #expect(result.exit == .code(1) && result.stderr.contains(reason), "\(result)")
            #expect(try server.command(["users", "show", address]).exit == .code(1), "nothing was created")
        }

        @Test("a password that is piped once without the flag is refused, and the flag is named")
        func once() throws {
            let result = try server.command(["users", "add", freshEmail()], input: "correct horse 7\n")
            #expect(result.exit == .code(1) && result.stderr.contains("--password-stdin"), "\(result)")
        }

        @Test(
            "flags that contradict each other are a wrong command line",
            arguments: [
                ["users", "add", "a@mail.example", "--no-password", "--password-stdin"],
                ["users", "add", "a@mail.example", "--json"], ["users", "delete", "a@mail.example", "--json"],
                ["createsuperuser", "--email", "a@mail.example", "--noinput", "--password-stdin"],
                ["createsuperuser", "--password-stdin"], ["createsuperuser", "--json"],
                ["changepassword", "a@mail.example", "--json"],
            ])
        func contradictions(command: [String]) throws {
            #expect(try server.command(command).exit == .code(64))
        }
    }
}
