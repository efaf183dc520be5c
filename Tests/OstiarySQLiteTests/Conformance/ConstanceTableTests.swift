// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("Settings in the table of django-constance on SQLite")
struct ConstanceTableTests {
    @Test("changes notice each other", arguments: StoreConformance.settingRaceCases)
    func conform(_ conformance: StoreConformance.Case) async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"), readAheadSize: 0)
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        try await database.write { _ = try $0.execute(SQLQuery(stringLiteral: ConstanceTable.creation)) }
        let storage = MemoryStorage()
        try await conformance.run(
            on: Stores(
                accounts: storage, sessions: storage, passwords: storage,
                settings: ConstanceTableStore(database: database), journal: SQLSettingsJournal(database: database),
                keys: storage, audit: SQLAuditStore(database: database), permissions: storage, setup: storage,
                outbox: storage,
                links: storage))
    }
}
