// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("Stores on SQLite")
struct SQLiteConformanceTests {
    @Test("conform", arguments: StoreConformance.cases)
    func conform(_ conformance: StoreConformance.Case) async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"), readAheadSize: 0)
        // The folder goes when nothing holds it any more.
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        try await conformance.run(
            on: Stores(
                accounts: SQLAccountStore(database: database), sessions: SQLSessionStore(database: database),
                passwords: SQLPasswordStore(database: database),
                settings: SQLSettingsStore(database: database), journal: SQLSettingsJournal(database: database),
                keys: SQLFingerprintStore(database: database), audit: SQLAuditStore(database: database),
                permissions: SQLPermissionStore(database: database), setup: SQLSetupStore(database: database),
                outbox: SQLOutboxStore(database: database), links: SQLLinkStore(database: database)
            )
        )
    }
}
