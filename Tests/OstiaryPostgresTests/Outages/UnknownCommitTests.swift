// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestSupport
import Synchronization
import Testing

/// A connection that is lost while COMMIT is under way: the caller is told what became of it, or that nobody knows.
@Suite("Commits without an answer", .serialized, .onItsOwnThread)
struct UnknownCommitTests {
    private let server: PostgresServer
    private let proxy: Proxy
    private let told: Told
    private let database: PostgresDatabase

    init() async throws {
        let server = try PostgresServer()
        let direct = try server.open("postgres")
        try await Migrator(direct, [items]).migrate(now: Timestamp(seconds: 1))
        direct.close()
        let told = Told()
        self.server = server
        self.told = told
        proxy = try Proxy(to: server.port)
        var limits = PostgresLimits()
        limits.connections = 1
        database = try PostgresDatabase(PostgresURL(server.tcpURL(port: proxy.port)), limits: limits) { changes in
            told.changes.withLock { $0 += changes }
        }
    }

    /// Writes one row; before its COMMIT, and only the first time, something happens.
    /// - Returns: how often the closure ran.
    private func write(_ name: String, _ event: @escaping @Sendable () throws -> Void) async throws -> Int {
        let told = told
        told.runs.withLock { $0 = 0 }
        try await database.write { transaction in
            try transaction.execute("INSERT INTO item (name) VALUES (\(name))")
            try transaction.announce(StoredChange(kind: "item", subject: name), at: Timestamp(seconds: 1))
            let run = told.runs.withLock { runs in
                runs += 1
                return runs
            }
            if run == 1 { try event() }
        }
        return told.runs.withLock { $0 }
    }

    private func count(_ name: String) throws -> String {
        try server.query("SELECT count(*) FROM item WHERE name = '\(name)'")
    }

    @Test("it is kept where the server had it in time")
    func kept() async throws {
        defer { database.close() }
        for round in 0..<10 {
            let proxy = proxy
            let runs = try await write("kept\(round)") { proxy.set(.cutAfterNextRequest) }
            #expect(runs == 1)
            #expect(try count("kept\(round)") == "1")
        }
        #expect(told.changes.withLock { $0.count } == 10, "listeners hear of each")
    }

    @Test("it is done anew where the server never got it")
    func cutBefore() async throws {
        defer { database.close() }
        for round in 0..<10 {
            let proxy = proxy
            let runs = try await write("cut\(round)") { proxy.set(.cutBeforeNextRequest) }
            #expect(runs == 2)
            #expect(try count("cut\(round)") == "1")
        }
        #expect(told.changes.withLock { $0.count } == 10, "listeners hear of each once")
    }

    @Test("it is done anew where the session was ended")
    func terminated() async throws {
        defer { database.close() }
        let server = server
        let runs = try await write("ended") {
            try server.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ostiary'"
            )
        }
        #expect(runs == 2)
        #expect(try count("ended") == "1")
    }

    @Test("it is done anew after a crash that came before it")
    func crashBefore() async throws {
        defer { database.close() }
        let server = server
        let runs = try await write("crash") {
            server.stop(.immediate)
            try server.start()
        }
        #expect(runs == 2)
        #expect(try count("crash") == "1")
    }

    /// Crashes the server once the row is there, while the database asks what became of it.
    private func crash(behind name: String) -> Task<Bool, any Error> {
        Task.detached { [server, proxy] in
            let isKept: Bool? = try waitUntil(5) {
                try server.query("SELECT count(*) FROM item WHERE name = '\(name)'") == "1" ? true : nil
            }
            proxy.set(.swallow)
            server.stop(.immediate)
            try server.start()
            proxy.set(.none)
            return isKept == true
        }
    }

    @Test("nobody knows after a crash that came behind it: its number may have been given to another")
    func crashBehind() async throws {
        defer { database.close() }
        let proxy = proxy
        let crash = crash(behind: "x")
        let result = await code { try await write("x") { proxy.set(.cutAfterNextRequest) } }
        #expect(try await crash.value)
        // The question may have been answered before the crash.
        #expect(result == nil || result == .unavailable)
        #expect(try count("x") == "1")
    }

    @Test("what it wrote is looked for, if the caller can say how")
    func trace() async throws {
        defer { database.close() }
        let proxy = proxy
        for round in 0..<3 {
            let name = "traced\(round)"
            let crash = crash(behind: name)
            let found = try await database.write { transaction in
                try transaction.execute("INSERT INTO item (name) VALUES (\(name))")
                proxy.set(.cutAfterNextRequest)
                return "written"
            } trace: { connection in
                try connection.run("SELECT 1 FROM item WHERE name = \(name)").isEmpty ? nil : "found"
            }
            #expect(try await crash.value)
            #expect(found == "found" || found == "written")
            #expect(try count(name) == "1")
        }
    }

    @Test("a number of another life of the server proves nothing")
    func incarnations() async throws {
        defer { database.close() }
        let limits = PostgresLimits()
        let url = try PostgresURL(server.url())
        func incarnation() throws -> String? {
            try PostgresConnection.open(url, limits, until: PostgresDeadline(in: .seconds(5))).incarnation
        }
        let first = try incarnation()
        #expect(first != nil)
        #expect(try incarnation() == first)
        server.stop(.fast)
        try server.start()
        #expect(try incarnation() == first, "an orderly stop forgets nothing")
        server.stop(.immediate)
        try server.start()
        let second = try incarnation()
        #expect(second != first)
        let pid = try server.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
        server.killBackend(Int32(pid) ?? 0)
        try await eventually { (try? incarnation()).flatMap { $0 } != second }
        try await eventually { (try? incarnation()) != nil }
    }

    @Test("nobody knows while the server stays away, and nobody waits longer than a call may take")
    func away() async throws {
        defer { database.close() }
        let server = server
        let start = ContinuousClock.now
        let result = await code { try await write("away") { server.stop(.immediate) } }
        #expect(result == .unavailable)
        let span = seconds(since: start)
        figure("an unknown commit is given up", seconds: span)
        #expect(span < 6, "five seconds, and what the machine needs to tell")
        #expect(told.changes.withLock { $0.count } == 1, "listeners are told: it may be kept")
    }

    @Test("it is known once a commit that waits for its standby goes on")
    func waiting() async throws {
        defer { database.close() }
        _ = try await write("before") {}
        try server.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try server.query("SELECT pg_reload_conf()")
        // Also in the session of the pool, which hears of it on its own.
        try await eventually {
            try await database.read { try $0.run("SHOW synchronous_standby_names").first?.text(0) } == "nobody"
        }
        let release = Task.detached { [server] in
            pause(3)
            try server.query("ALTER SYSTEM RESET synchronous_standby_names")
            try server.query("SELECT pg_reload_conf()")
        }
        let start = ContinuousClock.now
        let runs = try await write("waiting") {}
        #expect(runs == 1)
        #expect(seconds(since: start) > 2.5)
        #expect(try count("waiting") == "1")
        try await release.value
    }
}

private final class Told: Sendable {
    let changes = Mutex<[StoredChange]>([])
    let runs = Mutex(0)
}
