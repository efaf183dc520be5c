// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("Sessions from before began by a password, when they started", .onItsOwnThread)
struct AuthenticationMigrationTests {
    @Test("on SQLite")
    func sqlite() async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("a.db"))
        defer { database.close() }
        try await migrate(database)
    }

    @Test("on PostgreSQL")
    func postgres() async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try server.makeDatabase())
        defer { database.close() }
        try await migrate(database)
    }

    private func migrate(_ database: any SQLDatabase) async throws {
        let before = Schema().migrations.prefix { $0.name != "0013_authentication" }
        try await Migrator(database, Array(before)).migrate(now: Timestamp(seconds: 1))
        let (session, token) = (SessionID(bits: 7), RefreshToken(bits: 8).digest)
        try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO ostiary_user (id, password, is_superuser, email, username, first_name, last_name, is_active,
                    is_staff) VALUES (1, 'encoded', \(false), 'first@example.com', '', '', '', \(true), \(false))
                """)
            try transaction.execute(
                """
                INSERT INTO ostiary_session (id, user_id, started_at, last_used_at, purge_after)
                VALUES (\(session.bytes), 1, 5000000, 6000000, 900000000)
                """)
            try transaction.execute(
                """
                INSERT INTO ostiary_refresh_token (digest, session_id, issued_at, expires_at, purge_after)
                VALUES (\(token.bytes), \(session.bytes), 5000000, 900000000, 900000000)
                """)
        }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 2))
        let rotation = Rotation(
            presented: token, successor: RefreshToken(bits: 9).digest, seal: { _ in SealedSuccessor(bytes: [1]) },
            request: RefreshRule.Request(
                key: nil, lifetimes: TokenLifetimes(accessToken: 60, refreshToken: 600), now: Timestamp(seconds: 100)))
        let outcome = try await SQLSessionStore(database: database).rotate(rotation)
        guard case .rotated(let found, _) = outcome else { throw Failure("\(outcome)") }
        #expect(
            found
                == AuthenticatedSession(
                    id: session, user: 1,
                    authentication: Authentication(at: Timestamp(seconds: 5), methods: [.password], level: "aal1")))
    }
}
