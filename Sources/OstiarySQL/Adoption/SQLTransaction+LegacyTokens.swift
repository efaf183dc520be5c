// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The refresh tokens in the table of a Django service: one row for each live token, with the token itself.
///
/// `ostiary_refresh_token.legacy_id` of a live token is the id of its row there. That row is the truth: where it is gone,
/// Django has spent the token, or has logged its session out.
extension SQLTransaction {
    private var shared: QuotedName? {
        guard let tokens = adopted?.adoption.refreshTokens, tokens.isShared else { return nil }
        return tokens.table
    }

    private var table: QuotedName? { adopted?.adoption.refreshTokens?.table }

    /// Writes a row for a token of this server, so that Django can go on with it.
    /// - Parameter token: nil where nobody needs it.
    /// - Returns: the id of the row; nil where tokens are not shared.
    func share(_ token: RefreshToken?, of user: User.ID, issuedAt: Timestamp, expiresAt: Timestamp) throws -> Int64? {
        guard let shared, let token else { return nil }
        do {
            return try run(
                """
                INSERT INTO \(name: shared) (token, created_at, expires_at, user_id)
                VALUES (\(untyped: token.hexadecimal), \(moment: issuedAt), \(moment: expiresAt), \(user)) RETURNING id
                """
            ).single().integer(0)
        } catch let error as SQLError {
            // A unique violation has no meaning here that a client could mend: the sequence of ids is behind.
            throw StoreUnavailable(error)
        }
    }

    /// Deletes the row of a live token that is about to be spent.
    /// - Parameter id: the id of the row; nil for a token without one.
    /// - Returns: false if the row is gone: Django has spent the token.
    func spendShared(_ id: Int64?) throws -> Bool {
        guard let id, let table else { return true }
        return try execute("DELETE FROM \(name: table) WHERE id = \(id)") == 1
    }

    /// Deletes the rows of the live tokens of sessions that have ended.
    /// - Parameter sessions: a condition on rows of `ostiary_refresh_token`.
    func forgetShared(where sessions: SQLQuery) throws {
        guard let table else { return }
        try execute(
            """
            DELETE FROM \(name: table) WHERE id IN (
                SELECT legacy_id FROM ostiary_refresh_token
                WHERE \(sessions) AND spent_at IS NULL AND legacy_id IS NOT NULL)
            """)
    }

    /// Deletes all rows of a user, those that Django has made, too.
    /// - Parameter kept: the session whose row stays; nil for none.
    func forgetAllShared(of user: User.ID, but kept: SessionID?) throws {
        guard let table else { return }
        try execute(
            """
            DELETE FROM \(name: table) WHERE user_id = \(user) AND id NOT IN (
                SELECT legacy_id FROM ostiary_refresh_token
                WHERE session_id = \(kept?.bytes ?? []) AND spent_at IS NULL AND legacy_id IS NOT NULL)
            """)
    }

    /// Exchanges a live token of the Django service for the first token of a session.
    /// - Returns: nil if there is no such token, it has expired, or its user is inactive. Nothing was changed then.
    func take(_ exchange: LegacyExchange, for rotation: Rotation, in context: RequestContext) throws -> RotationOutcome?
    {
        guard let table else { return nil }
        let now = rotation.now
        let taking: SQLQuery = """
            DELETE FROM \(name: table)
            WHERE token = \(untyped: exchange.presented.hexadecimal) AND expires_at > \(moment: now)
                AND EXISTS (SELECT 1 FROM \(table: .users) u WHERE u.id = \(name: table).user_id AND u.is_active)
            RETURNING user_id
            """
        guard let user = try run(taking).first?.integer(0) else { return nil }
        let expiry = rotation.request.lifetimes.expiry(sessionStartedAt: now, now: now)
        let session = exchange.session
        var authenticated = AuthenticatedSession(id: session, user: user, authentication: .unknown)
        try insertRow(of: authenticated, expiry: expiry, in: context)
        try insertSpent(rotation, session: session, expiry: expiry)
        try insert(
            rotation.successor, session: session, parentKey: rotation.request.key, issuedAt: now, expiry: expiry,
            legacyID: share(exchange.successor, of: user, issuedAt: now, expiresAt: expiry.refreshToken))
        try record(AuditEntry(.legacyTokenTaken, of: user, session: session, in: context))
        authenticated.groups = try groupNames(of: user, if: rotation.namesGroups)
        return .rotated(authenticated, expiry)
    }

    /// Ends the login of a token of the Django service, live or expired.
    /// - Returns: false if there is no such token.
    func end(_ token: RefreshToken, in context: RequestContext) throws -> Bool {
        guard let table else { return false }
        let ending: SQLQuery =
            "DELETE FROM \(name: table) WHERE token = \(untyped: token.hexadecimal) RETURNING user_id"
        guard let user = try run(ending).first?.integer(0) else { return false }
        try record(AuditEntry(.loggedOut, of: user, cause: "legacy_token", in: context))
        return true
    }
}

extension RefreshToken {
    /// The 32 digits that Django keeps on SQLite, and that PostgreSQL reads as a `uuid`.
    fileprivate var hexadecimal: String {
        String(decoding: text.utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }
}
