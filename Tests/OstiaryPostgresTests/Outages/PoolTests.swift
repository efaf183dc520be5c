// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Glibc
import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestSupport
import Testing

@Suite("The pool", .serialized, .onItsOwnThread)
struct PoolTests {
    private let server: PostgresServer
    private let name: String

    init() throws {
        server = try PostgresServer.shared.get()
        name = try server.makeDatabase()
    }

    @Test("has so many connections, opened when they are needed")
    func bounds() async throws {
        var limits = PostgresLimits()
        limits.connections = 3
        let database = try server.open(name, limits)
        #expect(database.connections == 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { _ = try await database.read { try $0.run("SELECT pg_sleep(0.01)") } } }
            try await group.waitForAll()
        }
        #expect(database.connections == 3)
        #expect(try server.query("SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)'") == "3")
        database.close()
        #expect(database.connections == 0)
        #expect(await code { try await database.read { _ in } } == .closed)
    }

    @Test("refuses more than may wait")
    func overload() async throws {
        var limits = PostgresLimits()
        limits.connections = 1
        limits.waiting = 5
        let database = try server.open(name, limits)
        defer { database.close() }
        let codes = await withTaskGroup(of: SQLError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask { await code { try await database.read { try $0.run("SELECT pg_sleep(0.3)") } } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == .overloaded } >= 14)
        #expect(codes.count { $0 == nil } >= 5)
    }

    @Test("gives up what takes too long, and keeps the connection")
    func slowStatements() async throws {
        var limits = PostgresLimits()
        limits.connections = 1
        limits.statement = .milliseconds(400)
        let database = try server.open(name, limits)
        defer { database.close() }
        let pid = try await database.read { try $0.run("SELECT pg_backend_pid()")[0].integer(0) }
        #expect(await code { try await database.read { try $0.run("SELECT pg_sleep(5)") } } == .unavailable)
        #expect(try await database.read { try $0.run("SELECT pg_backend_pid()")[0].integer(0) } == pid)
    }

    @Test("tells a held lock from a slow statement")
    func locks() async throws {
        var limits = PostgresLimits()
        limits.statement = .milliseconds(400)
        let database = try server.open(name, limits)
        defer { database.close() }
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        try await database.add("a")
        let holding = try server.open(name, PostgresLimits())
        defer { holding.close() }
        let (holds, held) = AsyncStream.makeStream(of: Void.self)
        let release = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await holding.write { transaction in
                    try transaction.execute("UPDATE item SET data = 'x'")
                    held.finish()
                    release.wait()
                }
            }
            for await _ in holds {}
            #expect(await code { try await database.write { try $0.execute("UPDATE item SET data = 'y'") } } == .busy)
            release.signal()
            try await group.waitForAll()
        }
        try await database.write { try $0.execute("UPDATE item SET data = 'y'") }
    }

    @Test("runs a closure anew after a conflict")
    func conflicts() async throws {
        // The server takes a second to find a deadlock.
        var limits = PostgresLimits()
        limits.statement = .seconds(10)
        limits.call = .seconds(20)
        let database = try server.open(name, limits)
        defer { database.close() }
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        try await database.add("a")
        try await database.add("b")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask {
                    let order = number.isMultiple(of: 2) ? ["a", "b"] : ["b", "a"]
                    try await database.write { transaction in
                        for name in order {
                            usleep(10_000)
                            try transaction.execute(
                                "UPDATE item SET data = coalesce(data, \([])) || \([1]) WHERE name = \(name)"
                            )
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let lengths = try await database.read { try $0.run("SELECT length(data) FROM item").map { try $0.integer(0) } }
        #expect(lengths == [4, 4], "each ran to its end once")
    }

    @Test("a deferred violation fails the commit")
    func deferred() async throws {
        let database = try server.open(name)
        defer { database.close() }
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        #expect(
            await code { try await database.write { try $0.execute("INSERT INTO part VALUES (9)") } }
                == .foreignKeyViolation)
    }

    @Test("a read-only server is told so")
    func readOnly() async throws {
        try server.query("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        let refused = try server.open(name)
        defer { refused.close() }
        #expect(await code { try await refused.read { try $0.run("SELECT 1") } } == .unavailable)
        let database = try PostgresDatabase(PostgresURL(server.url(name, "&target_session_attrs=any")))
        defer { database.close() }
        #expect(try await database.read { try $0.run("SELECT 1").count } == 1)
        #expect(await code { try await database.write { try $0.execute("CREATE TABLE t (a BIGINT)") } } == .readOnly)
    }

    @Test("a full disk is told so, and is no end")
    func fullDisk() async throws {
        guard let disk = try SmallDisk(megabytes: 8) else {
            return print("not root, or no mounts allowed: no full disk tried")
        }
        try server.query("CREATE TABLESPACE small_\(name) LOCATION '\(disk.path)'")
        let database = try server.open(name)
        try server.query("CREATE TABLE filled (data BYTEA) TABLESPACE small_\(name)", in: name)
        try server.query("ALTER TABLE filled ALTER data SET STORAGE EXTERNAL", in: name)
        var seen: SQLError.Code?
        for _ in 0..<40 where seen == nil {
            seen = await code {
                try await database.write { transaction in
                    try transaction.execute("INSERT INTO filled VALUES (\([UInt8](repeating: 1, count: 500_000)))")
                }
            }
        }
        #expect(seen == .full)
        let full = ContinuousClock.now
        #expect(try await database.read { try $0.run("SELECT count(*) FROM filled")[0].integer(0) } > 0)
        try await database.write { try $0.execute("DROP TABLE filled") }
        try server.query("CREATE TABLE filled (data BYTEA) TABLESPACE small_\(name)", in: name)
        try await database.write {
            try $0.execute("INSERT INTO filled VALUES (\([UInt8](repeating: 1, count: 500_000)))")
        }
        figure("postgres with a full disk: writes again after it was emptied, with that", seconds: seconds(since: full))
        database.close()
        try server.query("DROP DATABASE \(name)")
        try server.query("DROP TABLESPACE small_\(name)")
    }
}
