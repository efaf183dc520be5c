// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("The list of what is revoked on SQLite")
struct RevocationTests {
    private func withCases<Value>(_ body: (RevocationCases) async throws -> Value) async throws -> Value {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"), readAheadSize: 0)
        // The folder goes when nothing holds it any more.
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp.now())
        let stores = Stores(
            accounts: SQLAccountStore(database: database), sessions: SQLSessionStore(database: database),
            passwords: SQLPasswordStore(database: database),
            settings: SQLSettingsStore(database: database), journal: SQLSettingsJournal(database: database),
            keys: SQLFingerprintStore(database: database), audit: SQLAuditStore(database: database),
            permissions: SQLPermissionStore(database: database), setup: SQLSetupStore(database: database),
            outbox: SQLOutboxStore(database: database), links: SQLLinkStore(database: database))
        return try await body(
            RevocationCases(
                stores, keys: SQLKeyStore(database: database), revocations: SQLRevocationStore(database: database)))
    }

    @Test("has nothing where no public key is")
    func withoutKeys() async throws { try await withCases { try await $0.withoutKeys() } }

    @Test("has each session that ends")
    func sessions() async throws { try await withCases { try await $0.sessions() } }

    @Test("has accounts and keys")
    func accountsAndKeys() async throws { try await withCases { try await $0.accountsAndKeys() } }

    @Test("has pages without a gap")
    func pages() async throws { try await withCases { try await $0.pages() } }

    @Test("begins anew for a cursor of another database")
    func foreign() async throws {
        let other = try await withCases { try await $0.cursor() }
        try await withCases { try await $0.foreign(cursor: other) }
        // A place of PostgreSQL.
        let snapshot = PageCursor(
            list: "revocations", order: "snapshot",
            keys: [.integer(1_790_000_000_000_000), .integer(16_384), PageCursor.Key("700:705:701,703")])
        try await withCases { try await $0.foreign(cursor: snapshot.text) }
    }
}

@Suite("Snapshots of transactions")
struct TransactionSnapshotTests {
    @Test("are read as PostgreSQL writes them", arguments: ["1:1:", "700:700:", "700:705:701,703", "10:20:10,19"])
    func good(_ text: String) throws { #expect(try #require(TransactionSnapshot(text)).text == text) }

    @Test(
        "are refused in any other form",
        arguments: [
            "", ":", "::", "1:2", "0:1:", "2:1:", "1:2:3", "1:5:2,2", "1:5:3,2", "1:5:,", "1:5:2,", "-1:2:", "1:2:x",
            "a:b:",
            "1 :2:", "1:2::", "9999999999999999999:9999999999999999999:", "1:٢:",
        ])
    func bad(_ text: String) { #expect(TransactionSnapshot(text) == nil) }

    @Test("are shortened to one that shows less")
    func bounded() {
        let long = TransactionSnapshot(oldest: 1_000_000, next: 1_000_900, running: Array(1_000_000..<1_000_100))
        #expect(long.bounded.text == "1000000:1000000:")
        let short = TransactionSnapshot(oldest: 5, next: 9, running: [5, 7])
        #expect(short.bounded == short)
    }
}
