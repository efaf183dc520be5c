// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Rows are written only where another program can verify a token by itself, which needs a public key, and only for
/// what may still have a token.
extension SQLTransaction {
    /// Lists sessions as revoked that end now.
    func revokeSessions(where condition: SQLQuery, at now: Timestamp) throws {
        let session: StaticString =
            switch dialect {
            case .sqlite: "lower(hex(id))"
            case .postgres: "pg_catalog.encode(id, 'hex')"
            }
        try execute(
            """
            INSERT INTO ostiary_revocation (kind, subject, at, expires_at)
            SELECT \(RevocationKind.session.rawValue), \(raw: session), \(now.microseconds), \(raw: Self.tokensEnd)
            FROM ostiary_session
            WHERE \(condition) AND ended_at = \(now.microseconds) AND \(raw: Self.tokensEnd) > \(now.microseconds)
                AND EXISTS (SELECT 1 FROM ostiary_key)
            """)
    }

    /// Lists a deactivated account as revoked, with all tokens that it has.
    func revoke(user: User.ID, at now: Timestamp) throws {
        try revoke(user: user, before: now, until: tokensEnd(of: user), at: now)
    }

    /// Lists a deleted account as revoked, with all tokens that it has or may be said to have: its id is not used again.
    /// - Parameter end: the time that ``lockTokens(of:)`` has returned.
    func revoke(deleted user: User.ID, until end: Timestamp?, at now: Timestamp) throws {
        try revoke(user: user, before: end ?? now, until: end, at: now)
    }

    private func revoke(user: User.ID, before: Timestamp, until end: Timestamp?, at now: Timestamp) throws {
        guard let end, end > now else { return }
        try execute(
            """
            INSERT INTO ostiary_revocation (kind, subject, at, expires_at)
            SELECT \(RevocationKind.user.rawValue), \(String(user)), \(before.microseconds), \(end.microseconds)
            WHERE EXISTS (SELECT 1 FROM ostiary_key)
            """)
    }

    /// Lists a key as revoked.
    func revoke(key: String, until end: Timestamp, at now: Timestamp) throws {
        try execute(
            """
            INSERT INTO ostiary_revocation (kind, subject, at, expires_at)
            VALUES (\(RevocationKind.key.rawValue), \(key), \(now.microseconds), \(end.microseconds))
            """)
    }

    /// Locks an account and its sessions until the end of the transaction: a login or refresh under way would issue a token
    /// that is listed nowhere.
    /// - Returns: the time at which the last access token of the account expires; nil if it has had none.
    func lockTokens(of user: User.ID) throws -> Timestamp? {
        if dialect == .postgres {
            _ = try run("SELECT 1 FROM \(table: .users) WHERE id = \(user) FOR UPDATE")
            _ = try run("SELECT 1 FROM ostiary_session WHERE user_id = \(user) ORDER BY id FOR UPDATE")
        }
        return try tokensEnd(of: user)
    }

    /// - Returns: the time at which the last access token of an account expires; nil if it has had none.
    private func tokensEnd(of user: User.ID) throws -> Timestamp? {
        try run("SELECT MAX(\(raw: Self.tokensEnd)) FROM ostiary_session WHERE user_id = \(user)")
            .single().optionalTimestamp(0)
    }

    private static let tokensEnd: StaticString = "COALESCE(access_expires_at, purge_after)"
}
