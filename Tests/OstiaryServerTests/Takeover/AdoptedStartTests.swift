// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiaryServer

@Suite("Configuration beside Django")
struct AdoptedConfigurationTests {
    private func problems(_ flags: [ConfigurationKey: String]) -> [String] {
        do {
            _ = try ServerConfiguration(flags: flags, environment: [:])
            return []
        } catch { return error.problems }
    }

    @Test("each combination that cannot be is told")
    func problems() {
        let table: [ConfigurationKey: String] = [.userTable: "u", .passwordHasher: "pbkdf2_sha256:1"]
        let cases: [([ConfigurationKey: String], String)] = [
            ([.legacyRefreshTable: "t"], "legacy-refresh-table needs user-table, to which its rows refer"),
            ([.legacyTokens: "shared"], "legacy-tokens shared needs user-table"),
            ([.legacyTokens: "taken"], "legacy-tokens taken needs user-table"),
            ([.userDefault: "a=b"], "user-default needs user-table"),
            ([.userChanges: "trigger"], "user-changes needs user-table"),
            (
                [.userTable: "u"],
                """
                user-table needs password-hasher: pbkdf2_sha256:ROUNDS with the rounds of Django (870000 in 5.1, 1000000 in \
                5.2, 1200000 in 6.0), or argon2id if Django has argon2-cffi. ostiary adopt --check tells which
                """
            ),
            (table.merging([.legacyTokens: "shared"]) { $1 }, "legacy-tokens shared needs legacy-refresh-table"),
            (table.merging([.legacyTokens: "taken"]) { $1 }, "legacy-tokens taken needs legacy-refresh-table"),
            (
                table.merging([.legacyTokens: "on", .legacyRefreshTable: "t"]) { $1 },
                "legacy-tokens on does not go with legacy-refresh-table: say shared or taken"
            ),
            (
                table.merging([.legacyTokens: "off", .legacyRefreshTable: "t"]) { $1 },
                "legacy-tokens off does not go with legacy-refresh-table: say shared or taken"
            ),
            (
                [.passwordHasher: "pbkdf2_sha256:0"],
                "password-hasher (|) must be argon2id, or pbkdf2_sha256:ROUNDS with 1…10000000 rounds, not "
            ),
            ([.userTable: "a\"b"], "user-table (|) must be the name of a table, not "),
            ([.userTable: "таблица"], "user-table (|) must be the name of a table, not "),
            ([.legacyRefreshTable: "a'b"], "legacy-refresh-table (|) must be the name of a table, not "),
            ([.legacyTokens: "yes"], "legacy-tokens (|) must be off, on, shared or taken, not "),
            ([.userChanges: "poll"], "user-changes (|) must be ask or trigger, not "),
            ([.userDefault: "phone"], "user-default (|) must be COLUMN=VALUE, separated by commas, not "),
        ]
        for (flags, problem) in cases {
            let (found, parts) = (problems(flags), problem.split(separator: "|"))
            #expect(
                found.count == 1 && parts.allSatisfy { found[0].contains($0) } && found[0].hasPrefix(parts[0]),
                "\(problem): \(found)")
        }
    }

    @Test("a table of refresh tokens implies that they are shared and that access tokens are taken")
    func defaults() throws {
        var flags: [ConfigurationKey: String] = [
            .userTable: "Shop User", .passwordHasher: "pbkdf2_sha256:1000", .legacyRefreshTable: "t",
            .userDefault: "a=it's,b=now",
        ]
        let shared = try ServerConfiguration(flags: flags, environment: [:])
        #expect(shared.acceptsLegacyTokens && shared.adoption?.sharesRefreshTokens == true)
        #expect(
            shared.adoption?.text == """
                --user-table 'Shop User' --password-hasher pbkdf2_sha256:1000 --user-changes ask \
                --user-default 'a=it'\\''s' --user-default b=now --legacy-refresh-table t --legacy-tokens shared
                """)
        flags[.legacyTokens] = "taken"
        let taken = try ServerConfiguration(flags: flags, environment: [:])
        #expect(taken.acceptsLegacyTokens && taken.adoption?.sharesRefreshTokens == false)
        #expect(taken.adoption?.takesRefreshTokens == true)
        let none = try ServerConfiguration(flags: [.userTable: "u", .passwordHasher: "argon2id"], environment: [:])
        #expect(!none.acceptsLegacyTokens && none.adoption?.takesRefreshTokens == false)
        #expect(none.adoption?.adoption.changes == .ask)
        #expect(try ServerConfiguration(flags: [:], environment: [:]).adoption == nil)
    }
}

extension EndToEnd {
    /// Starts on a database that is adopted, or is to be.
    @Suite struct AdoptedStart {
        @Test(
            "a server with other flags ends with both, and with the same ones it starts",
            arguments: DjangoSchema.Engine.allCases)
        func otherFlags(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let flags = try service.flags()
            let server = try service.server(flags)
            #expect(server.terminate() == .code(0))
            for other in [
                try service.flags(tokens: "taken"), try service.flags(tokens: nil),
                try service.flags(changes: "trigger"), try service.flags(hasher: "pbkdf2_sha256:11"),
                try service.flags(["--user-default", "a=b"]),
            ] {
                let ended = try server.command(["serve", "--port", "0"] + other)
                #expect(ended.exit == .code(78), "\(ended)")
                #expect(
                    ended.stderr.contains("in another way")
                        && ended.stderr.contains("--password-hasher pbkdf2_sha256:10 --user-changes ask")
                        && ended.stderr.contains("This one was given:     --user-table"), "\(ended.stderr)")
                let listed = try server.command(["users", "list"] + other)
                #expect(listed.exit == .code(78), "\(listed)")
            }
            let place = Array(flags.suffix(engine == .postgres ? 2 : 0))
            for command in [["users", "list"], ["serve", "--port", "0"], ["migrate"], ["sessions", "list"]] {
                let ended = try server.command(command + place)
                #expect(ended.exit == .code(78), "\(command): \(ended)")
                #expect(
                    ended.stderr.contains("Give this one the same flags: --user-table auth_api_customuser"),
                    "\(command): \(ended.stderr)")
            }
            #expect(try server.command(["users", "list"] + flags).exit == .code(0))
            try server.start()
            #expect(server.terminate() == .code(0))
        }

        @Test("a database with accounts of its own adopts none", arguments: DjangoSchema.Engine.allCases)
        func ownAccounts(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            let flags = try service.flags()
            let server = try service.server(Array(flags.suffix(engine == .postgres ? 2 : 0)))
            #expect(server.terminate() == .code(0))
            for command in [["serve", "--port", "0"], ["migrate"], ["users", "list"]] {
                let ended = try server.command(command + flags)
                #expect(ended.exit == .code(78), "\(ended)")
                #expect(ended.stderr.contains("accounts of its own in ostiary_user"), "\(ended.stderr)")
            }
        }

        @Test(
            "a table that is not there, or lacks columns, keeps the server from starting",
            arguments: DjangoSchema.Engine.allCases)
        func noTable(engine: DjangoSchema.Engine) throws {
            let service = try AdoptedService(engine)
            var flags = try service.flags()
            flags[1] = "nobody_has_this"
            let ended = try runCommand(
                ["serve", "--port", "0", "--data-dir", service.directory.file("data")] + flags,
                environment: ["OSTIARY_SECRET_KEY": ServerProcess.secretKey])
            #expect(ended.exit == .code(69), "\(ended)")
        }

        // MARK: - Files of SQLite

        @Test("a file that Django is writing to without a log gets one")
        func rollbackMode() throws {
            let service = try AdoptedService(.sqlite)
            #expect(try service.value("PRAGMA journal_mode") == "delete")
            let writing = Writing()
            let writer = try BackgroundThreads(1) { _ in
                let connection = try SQLiteConnection(path: service.file, role: .copy, busyTimeout: 10_000)
                while !writing.isOver.load(ordering: .relaxed) {
                    // As a request of Django: short transactions, one after another.
                    try connection.script("BEGIN IMMEDIATE; UPDATE auth_group SET name = name; COMMIT")
                    _ = try connection.run("SELECT count(*) FROM auth_permission")
                    writing.count.add(1, ordering: .relaxed)
                }
            }
            let server = try service.server(try service.flags())
            #expect(try service.value("PRAGMA journal_mode") == "wal")
            try WireClient(port: server.port).enrol(freshEmail())
            writing.isOver.store(true, ordering: .relaxed)
            try writer.join()
            #expect(writing.count.load(ordering: .relaxed) > 0)
            #expect(server.terminate() == .code(0))
        }

        @Test("a lock that is never released is told")
        func lockedFile() throws {
            let service = try AdoptedService(.sqlite)
            let holder = try SQLiteConnection(path: service.file, role: .copy, busyTimeout: 100)
            try holder.script("BEGIN; SELECT count(*) FROM auth_group")
            let ended = try runCommand(
                ["serve", "--port", "0", "--data-dir", service.directory.file("data")] + service.flags(),
                environment: ["OSTIARY_SECRET_KEY": ServerProcess.secretKey], within: 60)
            #expect(ended.exit == .code(78), "\(ended)")
            #expect(ended.stderr.contains("cannot change to write-ahead logging"), "\(ended.stderr)")
            try holder.script("COMMIT")
        }

        @Test("a log of another user is told", arguments: ["-wal", "-shm"])
        func foreignLog(suffix: String) throws {
            guard geteuid() == 0 else { return print("not root: no file of another user") }
            let service = try AdoptedService(.sqlite)
            let path = service.file + suffix
            try Data().write(to: URL(filePath: path))
            #expect(chown(path, 12_345, 12_345) == 0)
            let ended = try runCommand(
                ["serve", "--port", "0", "--data-dir", service.directory.file("data")] + service.flags(),
                environment: ["OSTIARY_SECRET_KEY": ServerProcess.secretKey])
            #expect(ended.exit == .code(78), "\(ended)")
            #expect(
                ended.stderr.contains("\(path) cannot be trusted: it belongs to another user (12345)"),
                "\(ended.stderr)")
        }
    }
}

private final class Writing: Sendable {
    let isOver = Atomic<Bool>(false)
    let count = Atomic<Int>(0)
}
