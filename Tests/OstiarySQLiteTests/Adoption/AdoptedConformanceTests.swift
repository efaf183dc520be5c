// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// The stores on the tables of a Django service.
@Suite("Stores on tables of Django in SQLite")
struct AdoptedConformanceTests {
    @Test("conform without its refresh tokens", arguments: StoreConformance.casesOfAdoption)
    func alone(_ conformance: StoreConformance.Case) async throws { try await run(conformance, tokens: nil) }

    @Test("conform where refresh tokens are shared", arguments: StoreConformance.casesOfSessions)
    func sharing(_ conformance: StoreConformance.Case) async throws {
        try await run(conformance, tokens: QuotedName(DjangoSchema.refreshTokens))
    }

    private func run(_ conformance: StoreConformance.Case, tokens: QuotedName?) async throws {
        let folder = try TemporaryDirectory()
        let path = folder.file("ostiary.sqlite3")
        try SQLiteConnection(path: path, role: .writer, busyTimeout: 5_000).script(DjangoSchema.sql(.sqlite))
        let base = try SQLiteDatabase(path: path, readAheadSize: 0)
        defer { withExtendedLifetime(folder) { base.close() } }
        let adoption = Adoption(
            users: UserTable(try #require(QuotedName(DjangoSchema.users))),
            refreshTokens: tokens.map { Adoption.RefreshTokens($0, isShared: true) })
        let database = AdoptedDatabase(base, AdoptedTables(adoption))
        try await Migrator(database, Schema(adding: [], isAdopted: true).migrations).migrate(now: Timestamp.now())
        try await SQLAdoptionStore(database: database).look()
        let stores = Stores(
            accounts: SQLAccountStore(database: database), sessions: SQLSessionStore(database: database),
            passwords: SQLPasswordStore(database: database),
            settings: SQLSettingsStore(database: database), journal: SQLSettingsJournal(database: database),
            keys: SQLFingerprintStore(database: database), audit: SQLAuditStore(database: database),
            permissions: SQLPermissionStore(database: database), setup: SQLSetupStore(database: database),
            outbox: SQLOutboxStore(database: database), links: SQLLinkStore(database: database))
        do { try await conformance.run(on: tokens == nil ? stores : stores.sharing) } catch AdministrationRefusal
            .keptElsewhere
        {
            // Groups and permissions are changed in Django; a case that changes them is none of an adopted table.
            #expect(StoreConformance.casesOfOwnGroups.contains(conformance.name), "\(conformance.name)")
            return
        }
        #expect(!StoreConformance.casesOfOwnGroups.contains(conformance.name), "\(conformance.name)")
        guard tokens != nil else { return }
        // Each live token is a row of Django's, and each of its rows a live token.
        let live = try await database.read { connection in
            try connection.run(
                """
                SELECT (SELECT count(*) FROM auth_api_refreshtoken),
                    (SELECT count(*) FROM ostiary_refresh_token t JOIN ostiary_session s ON s.id = t.session_id
                        WHERE t.spent_at IS NULL AND s.ended_at IS NULL AND t.legacy_id IS NOT NULL),
                    (SELECT count(*) FROM ostiary_refresh_token t JOIN auth_api_refreshtoken r ON r.id = t.legacy_id
                        JOIN ostiary_session s ON s.id = t.session_id AND s.user_id = r.user_id
                        WHERE t.spent_at IS NULL AND s.ended_at IS NULL)
                """)[0]
        }
        let counts = try (live.integer(0), live.integer(1), live.integer(2))
        #expect(counts.0 == counts.1 && counts.1 == counts.2, "\(counts)")
    }
}
