// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestSupport
import Testing

@Suite("Migrations on PostgreSQL", .onItsOwnThread)
struct PostgresMigrationTests {
    private let server: PostgresServer
    private let name: String

    init() throws {
        server = try PostgresServer.shared.get()
        name = try server.makeDatabase()
    }

    @Test("ten nodes that start at once apply each migration once")
    func tenAtOnce() async throws {
        let url = try PostgresURL(server.url(name))
        let all = Schema().migrations
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<10 {
                group.addTask {
                    let database = try PostgresDatabase(url)
                    defer { database.close() }
                    return try await Migrator(database, all).migrate(now: Timestamp(seconds: 1))
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == all.map(\.name))
    }

    @Test("a plan changes nothing")
    func plan() async throws {
        let database = try server.open(name)
        defer { database.close() }
        let migrator = Migrator(database, Schema().migrations)
        #expect(try await migrator.plan() == Schema().migrations.map(\.name))
        #expect(try await migrator.applied() == [])
        #expect(try server.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", in: name) == "0")
        try await migrator.migrate(now: Timestamp(seconds: 1))
        #expect(try await migrator.plan() == [])
    }

    @Test("a failing migration leaves nothing")
    func failing() async throws {
        let database = try server.open(name)
        defer { database.close() }
        let broken = Migration(name: "0002") { _ in ["CREATE TABLE halfway (a INTEGER)", "CREATE NONSENSE"] }
        let migrator = Migrator(
            database, [Migration(name: "0001") { _ in ["CREATE TABLE first (a INTEGER)"] }, broken])
        await #expect(throws: MigrationError.self) { try await migrator.migrate(now: Timestamp(seconds: 1)) }
        #expect(try await migrator.applied() == ["0001"])
        #expect(try server.query("SELECT to_regclass('halfway') IS NULL", in: name) == "t")
    }

    @Test("a migration may take longer than a statement")
    func patience() async throws {
        var limits = PostgresLimits()
        limits.statement = .milliseconds(200)
        let database = try server.open(name, limits)
        defer { database.close() }
        let slow = Migration(name: "0001") { _ in ["SELECT pg_sleep(0.6)"] }
        #expect(try await Migrator(database, [slow]).migrate(now: Timestamp(seconds: 1)) == ["0001"])
    }

    @Test("altered tables do not disturb statements that were prepared before")
    func stalePlans() async throws {
        let database = try server.open(name)
        defer { database.close() }
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        try await database.add("a")
        let query: SQLQuery = "SELECT * FROM item"
        for _ in 0..<20 { _ = try await database.read { try $0.run(query) } }
        try server.query("ALTER TABLE item ADD COLUMN more BIGINT NOT NULL DEFAULT 5", in: name)
        for _ in 0..<20 {
            #expect(try await database.read { try $0.run(query)[0].integer(3) } == 5)
            #expect(try await database.write { try $0.run(query)[0].integer(3) } == 5)
        }
    }
}
