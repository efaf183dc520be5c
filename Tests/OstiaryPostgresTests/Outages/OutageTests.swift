// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestSupport
import Synchronization
import Testing

@Suite("Outages of PostgreSQL", .serialized, .onItsOwnThread)
struct OutageTests {
    private let server: PostgresServer
    private let database: PostgresDatabase

    init() async throws {
        server = try PostgresServer()
        database = try server.open("postgres")
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
    }

    /// How long each of many calls takes, and what it gets.
    private func storm(_ count: Int) async -> [(code: SQLError.Code?, seconds: Double, adds: Bool)] {
        let database = database
        return await withTaskGroup(of: (SQLError.Code?, Double, Bool).self) { group in
            for number in 0..<count {
                group.addTask {
                    let start = ContinuousClock.now
                    let code =
                        number.isMultiple(of: 2)
                        ? await code { try await database.itemCount() }
                        : await code { try await database.add("\(UInt64.random(in: 0 ... .max))") }
                    return (code, seconds(since: start), !number.isMultiple(of: 2))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("nobody waits for a server that stands still, and nothing else does")
    func standstill() async throws {
        defer { database.close() }
        _ = await storm(50)
        server.pause()
        let ticks = Mutex<[Double]>([])
        let ticker = Task {
            while !Task.isCancelled {
                let start = ContinuousClock.now
                try await Task.sleep(for: .milliseconds(10))
                ticks.withLock { $0.append(seconds(since: start)) }
            }
        }
        let first = await storm(200)
        #expect(first.allSatisfy { $0.code == .unavailable })
        let longest = first.map(\.seconds).max() ?? 0
        figure("longest wait of 200 calls for a stopped PostgreSQL", seconds: longest)
        #expect(longest < 6, "five seconds, and what the machine needs to tell")
        let later = Distribution(await storm(100).map(\.seconds))
        later.print("calls while it is known to stand still")
        #expect(later.quantile(0.5) < 1, "one tries, the others are refused")
        let third = Distribution(await storm(100).map(\.seconds))
        third.print("calls after that")
        ticker.cancel()
        #expect(ticks.withLock { $0.max() ?? 0 } < 1.5, "the cooperative threads go on")
        server.resume()
        let start = ContinuousClock.now
        try await eventually { await storm(1)[0].code == nil }
        figure("in use again after SIGCONT", seconds: seconds(since: start))
        #expect(await storm(50).allSatisfy { $0.code == nil })
    }

    @Test("a server that is away is told at once, and is used again when it is back")
    func away() async throws {
        defer { database.close() }
        _ = await storm(20)
        server.stop()
        let answers = await storm(200)
        #expect(answers.allSatisfy { $0.code == .unavailable })
        Distribution(answers.map(\.seconds)).print("calls while PostgreSQL is away")
        try server.start()
        let start = ContinuousClock.now
        try await eventually { await storm(1)[0].code == nil }
        figure("in use again after a start", seconds: seconds(since: start))
    }

    @Test("ended sessions, a restart and a crash between two calls are not noticed")
    func between() async throws {
        defer { database.close() }
        _ = await storm(20)
        try server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ostiary'")
        #expect(await storm(20).allSatisfy { $0.code == nil })
        for mode in [PostgresServer.Stop.fast, .immediate] {
            server.stop(mode)
            try server.start()
            #expect(await storm(20).allSatisfy { $0.code == nil })
        }
    }

    @Test("a killed process of the server costs seconds at most")
    func killed() async throws {
        defer { database.close() }
        let pid = try await database.read { try $0.run("SELECT pg_backend_pid()")[0].integer(0) }
        let before = try await database.itemCount()
        async let answers = storm(100)
        server.killBackend(Int32(clamping: pid))
        let results = await answers
        #expect(results.allSatisfy { $0.code == nil || $0.code == .unavailable })
        try await eventually { await storm(1)[0].code == nil }
        let added = try await database.itemCount() - before
        let acknowledged = results.count { $0.adds && $0.code == nil }
        figure("writes of 50 acknowledged while a process of the server was killed", acknowledged)
        #expect(added >= acknowledged, "what was acknowledged is there")
    }

    @Test("of several hosts only the one that takes writes is used, also after it was away")
    func primaryRestarted() async throws {
        defer { database.close() }
        let standby = try PostgresServer(standbyOf: server)
        let hosts = "host=\(server.directory.path),\(standby.directory.path)&port=\(server.port),\(standby.port)"
        let both = try PostgresDatabase(PostgresURL("postgres://ostiary@/postgres?\(hosts)"))
        defer { both.close() }
        try await both.add("before")
        server.stop(.fast)
        #expect(await code { try await both.itemCount() } != nil)
        pause(0.5)
        try server.start()
        try await eventually { await code { try await both.add("after") } == nil }
        // Each connection of the pool.
        for _ in 0..<40 { #expect(await code { try await both.add("more \(UInt64.random(in: 0 ... .max))") } == nil) }
    }

    @Test("a standby is not used, also where the URL allows it, and grants no lease")
    func standby() async throws {
        defer { database.close() }
        try await database.add("a")
        let standby = try PostgresServer(standbyOf: server)
        let other = try standby.open("postgres")
        defer { other.close() }
        let failures = Mutex<[SQLError]>([])
        let feed = PostgresChangeFeed(
            try PostgresURL(standby.url()), onFailure: { error in failures.withLock { $0.append(error) } },
            listener: { _ in }
        )
        defer { feed.stop() }
        let any = try PostgresDatabase(PostgresURL(standby.url("postgres", "&target_session_attrs=any")))
        defer { any.close() }
        for database in [other, any] {
            #expect(await code { try await database.add("b") } != nil)
            #expect(await code { try await database.itemCount() } != nil, "what is read there may be old")
        }
        #expect(await code { try await any.itemCount() } == .readOnly)
        try await eventually { failures.withLock { $0.count } > 1 }
        #expect(!feed.holdsLease())
        // A promotion gives the old numbers of transactions to new ones.
        try standby.query("SELECT pg_promote()")
        try await eventually { await code { try await other.add("b") } == nil }
        try await eventually { feed.holdsLease() }
    }

    @Test("where no connection is left, those that there are serve all")
    func tooMany() async throws {
        let small = try PostgresServer(["max_connections=6", "superuser_reserved_connections=0", "max_wal_senders=0"])
        let database = try small.open("postgres")
        defer { database.close() }
        let codes = await withTaskGroup(of: SQLError.Code?.self) { group in
            for _ in 0..<100 {
                group.addTask { await code { try await database.read { try $0.run("SELECT pg_sleep(0.02)") } } }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == nil })
        #expect(database.connections <= 6)
        let other = try small.open("postgres")
        defer { other.close() }
        let error = await #expect(throws: SQLError.self) { try await other.read { try $0.run("SELECT 1") } }
        #expect(error?.code == .unavailable)
        #expect(error?.description.contains("too many clients") == true)
    }
}
