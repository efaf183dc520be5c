// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Commands about accounts, groups and sessions of a server of their own.
    @Suite struct AdministrationCommands {
        private let server: ServerProcess

        init() throws { server = try ServerProcess() }

        private func run(_ arguments: String..., input: String = "") throws -> CommandResult {
            try server.command(arguments, input: input)
        }

        /// The output of a command that succeeds.
        private func line(_ arguments: String..., input: String = "") throws -> String {
            let result = try server.command(arguments, input: input)
            #expect(result.exit == .code(0) && result.stderr.isEmpty, "\(arguments): \(result)")
            return result.stdout.filter { !$0.isNewline }
        }

        private func add(_ names: String...) throws {
            for name in names { _ = try line("users", "add", "\(name)@example.com", "--no-password") }
        }

        /// The addresses of a list.
        private func emails(_ result: CommandResult) -> [String] {
            result.stdout.matches(of: #/"email":"([^"]*)"/#).map { String($0.output.1) }
        }

        @Test("a list is filtered, ordered, and goes on where it ended")
        func list() throws {
            try add("ada", "bob", "cyd", "adele", "eve")
            _ = try line("users", "set", "bob@example.com", "--staff")
            _ = try line("users", "set", "cyd@example.com", "--superuser", "--username", "C")
            _ = try line("users", "deactivate", "eve@example.com")
            let lists: [([String], [String])] = [
                (["--search", "AD"], ["ada", "adele"]), (["--search", "2"], ["bob"]), (["--staff"], ["bob"]),
                (["--superuser"], ["cyd"]), (["--inactive"], ["eve"]), (["--name", "C"], ["cyd"]),
                (["--name", "c"], []), (["--staff", "--inactive"], []), (["--search", "%"], []),
                (["--order", "-email", "--search", "a"], ["adele", "ada"]), (["--after", "3"], ["adele", "eve"]),
                (["--never-logged-in", "--order", "-id", "--limit", "1"], ["eve"]),
                (["--last-login-before", "1d"], []),
            ]
            for (flags, names) in lists {
                let result = try server.command(["users", "list", "--json"] + flags)
                #expect(emails(result) == names.map { "\($0)@example.com" }, "\(flags): \(result)")
            }
            var (seen, cursor) = ([String](), [String]())
            for page in 1...3 {
                let result = try server.command(
                    ["users", "list", "--order", "email", "--limit", "2", "--json"] + cursor)
                seen += emails(result)
                let next = result.stderr.firstMatch(of: #/--cursor (\S+)/#).map { String($0.output.1) }
                #expect((next == nil) == (page == 3), "\(result)")
                cursor = next.map { ["--cursor", $0] } ?? []
                if let next {
                    #expect(try run("users", "list", "--cursor", next).exit == .code(64), "a cursor of another order")
                }
            }
            #expect(seen == ["ada", "adele", "bob", "cyd", "eve"].map { "\($0)@example.com" })
        }

        @Test("the last superuser stays, and a taken address is refused")
        func refusals() throws {
            try add("ada", "bob")
            _ = try line("users", "set", "1", "--superuser")
            for command in [
                ["users", "set", "1", "--no-superuser"], ["users", "deactivate", "1"],
                ["users", "delete", "1", "--yes"],
            ] {
                let refused = try server.command(command)
                #expect(refused.exit == .code(1) && refused.stderr.contains("last active superuser"), "\(refused)")
            }
            let taken = try run("users", "set", "2", "--email", "ADA@example.com")
            #expect(taken.exit == .code(1) && taken.stderr.contains("already exists"), "\(taken)")
            #expect(try line("users", "set", "1", "--superuser") == "ada@example.com is like that already.")
            let list = try run("audit", "list", "--json", "--event", "rights_changed").stdout
            #expect(list.matches(of: #/"event"/#).count == 1, "one entry, of what was changed: \(list)")
            #expect(list.contains(#""actor":"operator:"#))
        }

        @Test("a password that is to be changed is told at login")
        func password() throws {
            try add("ada")
            let flags = ["--password-stdin", "--must-change", "--json"]
            let result = try server.command(["users", "password", "1"] + flags, input: WireClient.password)
            #expect(result.stdout.contains(#"{"id":1,"email":"ada@example.com","changed":true}"#), "\(result)")
            let login = try WireClient(port: server.port).login("ada@example.com")
            #expect(login.status == 200 && login.text.contains(#""password_change_required":true"#))
            #expect(
                try line("users", "show", "1", "--json").contains(#""password_change_required":true,"sessions":1}"#))
        }

        @Test("groups are named by id or name, and what is not there is told")
        func groups() throws {
            try add("ada", "bob")
            _ = try line("groups", "add", "7", "--permission", "shop.view_order")
            for name in ["support", "supply", "su", "Zebra", "Ünter"] { _ = try line("groups", "add", name) }
            #expect(try line("groups", "show", "7", "--json").contains(#""name":"7""#), "no group has this id")
            #expect(try line("groups", "show", "2", "--json").contains(#""name":"support""#))
            #expect(try line("groups", "show", "Ünter", "--json").contains(#""id":6"#))
            #expect(try line("groups", "add-member", "su", "1", "bob@example.com") == "Changed group 4, su.")
            #expect(emails(try run("users", "list", "--group", "su", "--json")).count == 2)
            for arguments in [["su", "1", "99"], ["su", "nobody@example.com"], ["nothing", "1"]] {
                let refused = try server.command(["groups", "remove-member"] + arguments)
                #expect(refused.exit == .code(1) && refused.stderr.contains("There is no"), "\(refused)")
            }
            #expect(emails(try run("users", "list", "--group", "su", "--json")).count == 2, "nothing half done")
            #expect(try run("groups", "add", "su").stderr.contains("Another group has this name"))
            let page = try run("groups", "list", "--limit", "2", "--json")
            #expect(page.stdout.contains(#""name":"7""#) && page.stdout.contains(#""name":"Zebra""#), "\(page)")
            let cursor = try #require(page.stderr.firstMatch(of: #/--cursor (\S+)/#)?.output.1)
            let rest = try run("groups", "list", "--cursor", String(cursor), "--json")
            #expect(rest.stdout.contains(#""name":"su""#) && rest.stderr.isEmpty, "\(rest)")
        }

        @Test("sessions end by id or by account")
        func sessions() throws {
            let client = WireClient(port: server.port)
            let (email, tokens) = try client.newSession()
            for _ in 0..<2 { #expect(try client.login(email).status == 200) }
            let list = try line("sessions", "list", "--user", email, "--json")
            let ids = list.matches(of: #/\{"id":"([^"]*)"/#).map { String($0.output.1) }
            #expect(ids.count == 3)
            #expect(try line("sessions", "list", "--address", "127.0.0.1", "--json") == list)
            #expect(try line("sessions", "list", "--address", "192.0.2.1", "--json") == "[]")
            let unknown = "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c"
            let ended = try server.command(["sessions", "end", ids[0], unknown, "--json"])
            #expect(ended.exit == .code(0) && ended.stdout.contains(#"{"ended":1,"not_found":1}"#), "\(ended)")
            #expect(try run("sessions", "end", ids[0]).exit == .code(1))
            #expect(try line("sessions", "end", "--user", email) == "2 sessions ended.")
            #expect(try run("sessions", "end", "--user", email).exit == .code(1))
            #expect(try client.refresh(tokens.refresh).status == 400)
            let log = try line("audit", "list", "--session", ids[0], "--json")
            #expect(log.contains(#""event":"logged_in""#) && log.contains(#""event":"logged_out""#))
            #expect(try line("audit", "list", "--address", "192.0.2.1", "--json") == "[]")
            #expect(
                try line("audit", "list", "--actor", "client", "--address", "127.0.0.1", "--json").contains("logged_in")
            )
        }

        @Test(
            "what cannot be meant is a wrong command line",
            arguments: [
                ["users", "set", "1"], ["users", "set", "1", "--email", "x"],
                ["users", "set", "1", "--username", String(repeating: "x", count: 151)],
                ["users", "set", "1", "--staff", "--no-staff"],
                ["users", "list", "--order", "age"], ["users", "list", "--last-login-before", "soon"],
                ["users", "list", "--cursor", "x"],
                ["users", "list", "--cursor", String(repeating: "x", count: 10_000)],
                ["users", "list", "--after", "1", "--order", "email"], ["users", "password", "1", "--json"],
                ["sessions", "end"], ["sessions", "end", "x"],
                ["sessions", "end", "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c", "--user", "1"],
                ["sessions", "list", "--address", "192.0.2.1/32"], ["sessions", "list", "--cursor", "x"],
                ["groups", "add", ""], ["groups", "add", String(repeating: "x", count: 151)],
                ["groups", "add", "a", "--permission", "x"],
                ["groups", "add", "a", "--permission", "ostiary.add_session"],
                ["groups", "set", "a"], ["groups", "set", "a", "--no-permissions", "--permission", "a.b"],
                ["groups", "delete", "a", "--json"], ["groups", "add-member", "a"],
                ["groups", "list", "--cursor", "x"],
                ["audit", "list", "--session", "x"], ["audit", "list", "--address", "10.0.0.0/8"],
            ])
        func mistakes(command: [String]) throws {
            let result = try runCommand(command)
            #expect(result.exit == .code(64) && !result.hasStackTrace, "\(result)")
        }
    }
}
