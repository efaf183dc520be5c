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

    /// Lists an account as revoked, with all tokens that it has.
    /// - Parameter end: the time that ``tokensEnd(of:)`` has returned before the account was changed.
    func revoke(user: User.ID, until end: Timestamp?, at now: Timestamp) throws {
        guard let end, end > now else { return }
        try execute(
            """
            INSERT INTO ostiary_revocation (kind, subject, at, expires_at)
            SELECT \(RevocationKind.user.rawValue), \(String(user)), \(now.microseconds), \(end.microseconds)
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

    /// - Returns: the time at which the last access token of an account expires; nil if it has had none.
    func tokensEnd(of user: User.ID) throws -> Timestamp? {
        try run("SELECT MAX(\(raw: Self.tokensEnd)) FROM ostiary_session WHERE user_id = \(user)")
            .single().optionalTimestamp(0)
    }

    private static let tokensEnd: StaticString = "COALESCE(access_expires_at, purge_after)"
}
