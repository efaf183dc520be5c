// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

@Suite("Migrations beside those of the product")
struct FurtherMigrationTests {
    private let now = Timestamp(seconds: 1_700_000_000)
    private let lists = Migration(name: "todo_0001_lists") { dialect in
        [
            """
            CREATE TABLE todo_list (
                id \(dialect.autoincrementPrimaryKey), owner BIGINT NOT NULL REFERENCES ostiary_user (id)
            )
            """
        ]
    }

    private func migrator(_ folder: borrowing TemporaryDirectory, _ further: [Migration]) throws -> Migrator {
        Migrator(try SQLiteDatabase(path: folder.file("a.db")), Schema(adding: further).migrations)
    }

    @Test("further migrations are applied behind those of the product, once, and later ones too")
    func applied() async throws {
        let folder = try TemporaryDirectory()
        #expect(try await migrator(folder, []).migrate(now: now) == Schema().migrations.map(\.name))
        #expect(try await migrator(folder, [lists]).migrate(now: now) == ["todo_0001_lists"])
        let items = Migration(name: "todo_0002_items") { _ in ["CREATE TABLE todo_item (text TEXT NOT NULL)"] }
        #expect(try await migrator(folder, [lists, items]).migrate(now: now) == ["todo_0002_items"])
        #expect(try await migrator(folder, [lists, items]).plan() == [])
    }

    @Test("a program without the further migrations refuses the database that has them")
    func missing() async throws {
        let folder = try TemporaryDirectory()
        _ = try await migrator(folder, [lists]).migrate(now: now)
        let without = try migrator(folder, [])
        await #expect(throws: MigrationError.newerDatabase(["todo_0001_lists"])) { try await without.plan() }
    }

    @Test("a name or a number that is taken is refused before anything is applied")
    func collisions() async throws {
        let folder = try TemporaryDirectory()
        let twice = try migrator(folder, [lists, lists])
        await #expect(throws: MigrationError.duplicateName("todo_0001_lists")) { try await twice.migrate(now: now) }
        let own = try migrator(folder, [Migration(name: "0001_accounts") { _ in [] }])
        await #expect(throws: MigrationError.duplicateName("0001_accounts")) { try await own.plan() }
        let number = try migrator(folder, [Migration(name: "0012_lists") { _ in [] }])
        await #expect(throws: MigrationError.duplicateNumber("0012_audit", "0012_lists")) {
            try await number.migrate(now: now)
        }
        #expect(try await number.applied() == [])
    }
}
