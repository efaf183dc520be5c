// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

@Suite struct MigratorTests {
    private let folder: TemporaryDirectory
    private let database: SQLiteDatabase
    private let now = Timestamp(seconds: 1_700_000_000)
    private let broken = Migration(name: "0002_broken") { _ in
        ["CREATE TABLE halfway (a INTEGER)", "INSERT INTO halfway VALUES (1)", "CREATE NONSENSE"]
    }

    init() throws {
        folder = try TemporaryDirectory()
        database = try SQLiteDatabase(path: folder.file("a.db"))
    }

    private func tables() async throws -> [String] {
        try await database.read { connection in
            let rows = try connection.run(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            )
            return try rows.map { try $0.text(0) }
        }
    }

    @Test func aPlanChangesNothing() async throws {
        let migrator = Migrator(database, [.changeFeed, items])
        #expect(try await migrator.plan() == ["0000_change_feed", "0001_items"])
        #expect(try await migrator.applied() == [])
        #expect(try await tables() == [])
    }

    @Test func pendingMigrationsAreAppliedOnce() async throws {
        #expect(try await Migrator(database, [.changeFeed]).migrate(now: now) == ["0000_change_feed"])
        let migrator = Migrator(database, [.changeFeed, items])
        #expect(try await migrator.plan() == ["0001_items"])
        #expect(try await migrator.migrate(now: now) == ["0001_items"])
        #expect(try await migrator.migrate(now: now) == [])
        #expect(try await migrator.applied() == ["0000_change_feed", "0001_items"])
        #expect(try await tables() == ["item", "ostiary_change", "ostiary_migration", "part"])
        let times = try await database.read { connection in
            try connection.run("SELECT DISTINCT applied_at FROM ostiary_migration").map { try $0.integer(0) }
        }
        #expect(times == [now.microseconds])
    }

    @Test func manyAtOnceApplyEachOnce() async throws {
        let migrations = (0..<10).map { number in
            Migration(name: "000\(number)") { _ in ["CREATE TABLE t\(number) (a INTEGER)"] }
        }
        let path = folder.file("a.db")
        let now = self.now
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<6 {
                group.addTask {
                    try await Migrator(try SQLiteDatabase(path: path), migrations).migrate(now: now)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == migrations.map(\.name))
        #expect(try await tables().count == 11)
    }

    @Test func aDatabaseOfANewerReleaseIsRefused() async throws {
        try await Migrator(database, [.changeFeed, items]).migrate(now: now)
        let older = Migrator(database, [.changeFeed])
        await #expect(throws: MigrationError.newerDatabase(["0001_items"])) { try await older.plan() }
        await #expect(throws: MigrationError.newerDatabase(["0001_items"])) { try await older.migrate(now: now) }
    }

    @Test func aFailingMigrationLeavesNothing() async throws {
        let migrator = Migrator(database, [items, broken])
        do {
            try await migrator.migrate(now: now)
            Issue.record("it is broken")
        } catch let error as MigrationError {
            #expect(error.description.contains("0002_broken"))
        }
        #expect(try await migrator.applied() == ["0001_items"])
        #expect(try await tables() == ["item", "ostiary_migration", "part"])
        #expect(try await migrator.plan() == ["0002_broken"])
    }

    @Test func twoOfOneNameAreRefused() async throws {
        let migrator = Migrator(database, [items, items])
        await #expect(throws: MigrationError.duplicateName("0001_items")) { try await migrator.migrate(now: now) }
        #expect(try await tables() == [])
    }
}
