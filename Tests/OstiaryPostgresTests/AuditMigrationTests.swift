// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("The journal of the settings moves into the audit log", .onItsOwnThread)
struct AuditMigrationTests {
    @Test("on SQLite")
    func sqlite() async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("a.db"))
        defer { database.close() }
        try await move(in: database)
    }

    @Test("on PostgreSQL")
    func postgres() async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try server.makeDatabase())
        defer { database.close() }
        try await move(in: database)
    }

    private func move(in database: any SQLDatabase) async throws {
        let before = Schema().migrations.prefix { $0.name != "0012_audit" }
        try await Migrator(database, Array(before)).migrate(now: Timestamp(seconds: 1))
        try await database.write { transaction in
            for (name, old, new, author): (String, String?, String?, String) in [
                ("A\"Ä", nil, "1", "root"), ("B", "2", nil, "another program"), ("A\"Ä", "1", "\\ \"", "root"),
            ] {
                try transaction.execute(
                    """
                    INSERT INTO ostiary_setting_journal (name, old_value, new_value, author, at)
                    VALUES (\(name), \(old), \(new), \(author), 5000000)
                    """)
            }
        }
        #expect(
            try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 2)).first == "0012_audit")
        let entries = try await SQLAuditStore(database: database).entries()
        #expect(entries.map(\.object) == ["A\"Ä", "B", "A\"Ä"])
        #expect(entries.map(\.old) == ["1", "2", nil])
        #expect(entries.map(\.new) == ["\\ \"", nil, "1"])
        #expect(entries.map(\.actor) == ["operator:root", "another program", "operator:root"])
        #expect(entries.allSatisfy { $0.event == .settingChanged && $0.at == Timestamp(seconds: 5) && $0.count == 1 })
        let journal = SQLSettingsJournal(database: database)
        #expect(try await journal.position(of: "B") == entries[1].id)
    }
}
