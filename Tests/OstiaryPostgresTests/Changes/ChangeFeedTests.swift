// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

@Suite("Changes on PostgreSQL", .serialized, .onItsOwnThread)
struct ChangeFeedTests {
    private func change(_ subject: String) -> StoredChange { StoredChange(kind: "user", subject: subject) }

    private func announce(_ subjects: [String], in database: PostgresDatabase) async throws {
        try await database.write { transaction in
            for subject in subjects {
                try transaction.announce(StoredChange(kind: "user", subject: subject), at: Timestamp(seconds: 1))
            }
        }
    }

    @Test("what one node writes another hears, in the order of the commits")
    func heardInOrder() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        let here = Mutex<[StoredChange]>([])
        let database = try server.open(name) { changes in here.withLock { $0 += changes } }
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(server.url(name))) { heard.add($0) }
        try await eventually { feed.holdsLease() }
        #expect(heard.all == [.everything])
        let start = ContinuousClock.now
        try await announce(["first"], in: database)
        #expect(here.withLock { $0 } == [change("first")], "told here before the answer")
        try await eventually { heard.changes == [change("first")] }
        figure("a notice on PostgreSQL", seconds: seconds(since: start))
        let texts = (0..<500).map { "\($0) 'Ä\\" }
        for text in texts { try await announce([text], in: database) }
        try await eventually { heard.changes.count == 501 }
        #expect(heard.changes.dropFirst() == texts.map(change)[...])
        try await announce(["a", "b", "c"], in: database)
        try await eventually { heard.changes.suffix(3) == [change("a"), change("b"), change("c")] }
        #expect(feed.holdsLease())
        feed.stop()
        #expect(!feed.holdsLease())
        database.close()
    }

    @Test("what is rolled back nobody hears, and what is too long is heard as everything")
    func rolledBack() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        let database = try server.open(name)
        defer { database.close() }
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(server.url(name))) { heard.add($0) }
        defer { feed.stop() }
        try await eventually { feed.holdsLease() }
        await #expect(throws: Refused.self) {
            try await database.write { transaction in
                try transaction.announce(StoredChange(kind: "user", subject: "never"), at: Timestamp(seconds: 1))
                throw Refused()
            }
        }
        try await announce([String(repeating: "x", count: 9_000)], in: database)
        try await eventually { heard.changes.count == 1 }
        #expect(heard.changes == [StoredChange(kind: "", subject: "")])
        #expect(ChangeNotice(.some(heard.changes)) == .everything)
    }

    @Test("the lease ends within a second of the server's standing still, and a new connection begins with everything")
    func standstill() async throws {
        let server = try PostgresServer()
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(server.url())) { heard.add($0) }
        defer { feed.stop() }
        try await eventually { feed.holdsLease() }
        server.pause()
        let start = ContinuousClock.now
        let span = try lastHeld(feed)
        figure("lease last held after SIGSTOP", seconds: span)
        #expect(span < 1)
        server.resume()
        try await eventually { feed.holdsLease() }
        figure("lease back after SIGCONT and all", seconds: seconds(since: start))

        let before = heard.all.count { $0 == .everything }
        server.stop(.immediate)
        try server.start()
        try await eventually { heard.all.count { $0 == .everything } > before && feed.holdsLease() }
    }

    @Test("the lease ends on a connection whose other end is gone")
    func halfOpen() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        let database = try server.open(name)
        defer { database.close() }
        let proxy = try Proxy(to: server.port)
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(server.tcpURL(name, port: proxy.port))) { heard.add($0) }
        defer { feed.stop() }
        try await eventually { feed.holdsLease() }
        proxy.set(.swallow)
        try await announce(["lost"], in: database)
        #expect(try lastHeld(feed) < 1)
        proxy.set(.none)
        try await eventually { feed.holdsLease() }
        #expect(heard.all == [.everything, .everything], "what was lost is covered")
        try await announce(["next"], in: database)
        try await eventually { heard.changes == [change("next")] }
    }

    @Test("a heartbeat counts from when it was sent: an answer may be old")
    func lateAnswers() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        let database = try server.open(name)
        defer { database.close() }
        let proxy = try Proxy(to: server.port)
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(server.tcpURL(name, port: proxy.port))) { heard.add($0) }
        defer { feed.stop() }
        try await eventually { feed.holdsLease() }
        proxy.set(.delay(0.7))
        pause(2)
        let before = heard.all.count
        try await announce(["late"], in: database)
        let swallowing = DedicatedThread {
            pause(0.6)
            proxy.set(.swallow)
        }
        let span = try lastHeld(feed)
        swallowing?.join()
        figure("lease last held after a change whose notice is lost", seconds: span)
        #expect(heard.all.count == before, "the notice is not there")
        #expect(span < 1)
    }

    @Test("behind a pooler that changes sessions there is no lease, and the stores work")
    func pooler() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        let pooler = try Pooler(server, name)
        guard case .none = try PostgresPooler.between(PostgresURL(server.url(name))) else {
            throw Failure("a pooler was seen where there is none")
        }
        guard case .transaction = try PostgresPooler.between(PostgresURL(pooler.url)) else {
            throw Failure("the pooler was not seen, or not as one for transactions")
        }
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(pooler.url)) { heard.add($0) }
        defer { feed.stop() }
        try await eventually { heard.all.contains(.everything) }
        pause(1)
        // In sessions that the feed has used before.
        let database = try PostgresDatabase(PostgresURL(pooler.url))
        defer { database.close() }
        let race = try #require(StoreConformance.cases.first { $0.name.contains("sixteen") })
        try await race.run(on: Stores(database))
        #expect(try lastHeld(feed) == 0)
    }

    /// Looks for two seconds. A test that gets no time sees less, but never a lease that is not held.
    /// - Returns: after how many seconds it was seen last.
    private func lastHeld(_ feed: PostgresChangeFeed) throws -> Double {
        let start = ContinuousClock.now
        var last = 0.0
        while seconds(since: start) < 2 {
            let now = seconds(since: start)
            if feed.holdsLease() { last = now }
            pause(0.001)
        }
        return last
    }

    @Test("a session that was ended is opened again")
    func terminated() async throws {
        let server = try PostgresServer()
        let heard = Heard()
        let feed = PostgresChangeFeed(try PostgresURL(server.url())) { heard.add($0) }
        defer { feed.stop() }
        try await eventually { feed.holdsLease() }
        try server.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_notify(''ostiary_beat%' AND pid <> pg_backend_pid()"
        )
        try await eventually { heard.all.count == 2 }
        try await eventually { feed.holdsLease() }
    }

    @Test("heartbeats need no fsync, and nothing else is asked")
    func cost() async throws {
        let server = try PostgresServer(["log_statement=all", "log_line_prefix=%d|"])
        let feed = PostgresChangeFeed(try PostgresURL(server.url())) { _ in }
        try await eventually { feed.holdsLease() }
        let before = server.log.split(separator: "\n").count { $0.contains("statement:") }
        try await Task.sleep(for: .seconds(2))
        let new = server.log.split(separator: "\n").filter { $0.contains("statement:") }.dropFirst(before)
        feed.stop()
        figure("statements of an idle feed in 2 s", new.count)
        #expect((6...9).contains(new.count))
        #expect(new.allSatisfy { $0.contains("pg_notify('ostiary_beat_") })
    }
}

/// What a listener was told.
private final class Heard: Sendable {
    private let list = Mutex<[StoredChanges]>([])

    func add(_ changes: StoredChanges) { list.withLock { $0.append(changes) } }

    var all: [StoredChanges] { list.withLock { $0 } }

    var changes: [StoredChange] {
        all.flatMap { told -> [StoredChange] in if case .some(let changes) = told { changes } else { [] } }
    }
}
