// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary adopt --finish` and `--record` beside servers on the tables of a Django service.
    @Suite struct AdoptFinish {
        typealias Engine = AdoptCheck.Engine

        private static let flags = [
            "--user-table", "auth_api_customuser", "--password-hasher", "pbkdf2_sha256:1000",
            "--legacy-refresh-table", "auth_api_refreshtoken",
        ]
        private static let legacy = "0123456789abcdef0123456789abcdef"

        private static func server(
            on site: any DjangoSite, _ tokens: String, in directory: TemporaryDirectory? = nil
        ) throws -> ServerProcess {
            try ServerProcess(
                ["--database-url", site.url, "--legacy-tokens", tokens] + flags, directory: directory)
        }

        private static func adopt(
            _ arguments: [String], _ tokens: String, on site: any DjangoSite, beside server: ServerProcess,
            input: String = ""
        ) throws -> CommandResult {
            try server.command(
                ["adopt"] + arguments + ["--database-url", site.url, "--legacy-tokens", tokens] + flags, input: input)
        }

        private static func copies(in site: any DjangoSite) throws -> Int {
            try site.count("auth_api_refreshtoken")
        }

        @Test("copies are deleted beside a running server, and nobody is logged out", arguments: Engine.allCases)
        func finish(_ engine: Engine) throws {
            let site = try AdoptCheck.site(engine)
            try site.run(DjangoTables.rows)
            let directory = try TemporaryDirectory()
            let server = try Self.server(on: site, "shared", in: directory)
            let client = WireClient(port: server.port)
            #expect(try client.register("new@example.com", "Correct-horse-1").status == 200)
            var tokens: [String] = []
            // More than one portion.
            for _ in 0..<510 {
                tokens.append(try #require(client.login("new@example.com", "Correct-horse-1").member("refresh_token")))
            }
            #expect(try Self.copies(in: site) == 512)
            // Django spends the last one.
            let spent = tokens.removeLast()
            try site.run(
                "DELETE FROM auth_api_refreshtoken WHERE id = (SELECT max(id) FROM auth_api_refreshtoken)")

            let asked = try Self.adopt(["--finish"], "shared", on: site, beside: server, input: "n\n")
            #expect(asked.exit == .code(1) && asked.stderr.contains("Nothing was done."), "\(asked)")
            #expect(try Self.copies(in: site) == 511)
            let done = try Self.adopt(["--finish", "--yes", "--json"], "shared", on: site, beside: server)
            #expect(done.exit == .code(0) && done.stdout == "{\"deleted\":509}\n", "\(done)")
            #expect(try Self.copies(in: site) == 2, "those of Django stay")

            // A server that still shares goes on, and makes a copy.
            tokens[0] = try #require(client.refresh(tokens[0]).member("refresh_token"))
            #expect(try client.refresh(spent).status == 400)
            #expect(try Self.copies(in: site) == 3)
            #expect(server.terminate() == .code(0))
            #expect(throws: Failure.self) { try Self.server(on: site, "shared", in: directory) }
            let last = try Self.server(on: site, "taken", in: directory)
            let again = try Self.adopt(["--finish", "--yes"], "taken", on: site, beside: last)
            #expect(again.exit == .code(0) && again.stdout.hasPrefix("Deleted 1 refresh tokens"), "\(again)")
            let other = WireClient(port: last.port)
            for token in tokens[..<5] { #expect(try other.refresh(token).status == 200) }
            #expect(try other.refresh(spent).status == 400)
            #expect(try other.refresh(Self.legacy).status == 200, "Django's own is still taken")
            #expect(try Self.copies(in: site) == 1, "the expired one")
        }

        @Test("flags are recorded while no server runs, but no other tables", arguments: Engine.allCases)
        func record(_ engine: Engine) throws {
            let site = try AdoptCheck.site(engine)
            try site.run(DjangoTables.rows)
            let directory = try TemporaryDirectory()
            let server = try Self.server(on: site, "taken", in: directory)
            let served = try Self.adopt(["--record"], "shared", on: site, beside: server)
            #expect(served.exit == .code(69), "\(served)")
            #expect(server.terminate() == .code(0))
            let taken = try AdoptCheck.check(site, Self.flags + ["--legacy-tokens", "taken"])
            #expect(taken.exit == .code(0) && !taken.report.codes.contains("clear_tokens"), "\(taken.report.findings)")
            #expect(taken.report.serve.last == "taken")
            let check = try AdoptCheck.check(site, Self.flags + ["--legacy-tokens", "shared"])
            #expect(check.exit == .code(1) && check.report.errors == ["other_flags"], "\(check.report.findings)")
            let recorded = try Self.adopt(["--record"], "shared", on: site, beside: server)
            #expect(recorded.exit == .code(0) && recorded.stdout.contains("--legacy-tokens taken\nNow:"), "\(recorded)")
            #expect(try AdoptCheck.check(site, Self.flags + ["--legacy-tokens", "shared"]).exit == .code(0))
            for (table, name) in [("--user-table", "accounts"), ("--legacy-refresh-table", "refresh tokens")] {
                let other = try server.command(
                    ["adopt", "--record", "--database-url", site.url] + Self.flags + [table, "auth_group"])
                #expect(other.exit == .code(78) && other.stderr.contains("another table of \(name)"), "\(other)")
            }
            #expect(throws: Never.self) { try Self.server(on: site, "shared", in: directory) }
        }

        @Test("what cannot be finished or recorded is told")
        func misuse() throws {
            let site = try SQLiteSite()
            let server = try ServerProcess()
            let fresh = try Self.adopt(["--record"], "shared", on: site, beside: server)
            #expect(fresh.exit == .code(78) && fresh.stderr.contains("no flags to replace"), "\(fresh)")
            let bare = try server.command(["adopt", "--record"])
            #expect(bare.exit == .code(78) && bare.stderr.contains("the flags to record"), "\(bare)")
            let unfinished = try server.command(["adopt", "--finish", "--yes"])
            #expect(unfinished.exit == .code(78) && unfinished.stderr.contains("to finish with"), "\(unfinished)")
            for arguments in [[], ["--check", "--finish"], ["--check", "--yes"], ["--finish", "--json"]] {
                #expect(try server.command(["adopt"] + arguments).exit == .code(64))
            }
        }
    }
}
