// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// Makes a link live.
    /// - Parameters:
    ///   - address: the address that it is sent to.
    ///   - accountKey: the login that the account must have when the link is used.
    /// - Returns: false if there is no room for it.
    func insert(
        _ link: MailPreparation.Link, code: MailPreparation.Code? = nil, of user: User.ID, to address: String,
        accountKey: String, session: SessionID? = nil, at now: Timestamp
    ) throws -> Bool {
        let purpose = link.purpose.rawValue
        if link.purpose == .undo {
            let query: SQLQuery = """
                SELECT COUNT(*) FROM ostiary_one_time_token WHERE user_id = \(user) AND purpose = \(purpose)
                """
            guard try run(query).single().integer(0) < Int64(LinkLimits.undo) else { return false }
        }
        try execute(
            """
            INSERT INTO ostiary_one_time_token (
                digest, purpose, user_id, address, account_key, session_id, code_token, code, attempts, made_at,
                expires_at)
            VALUES (\(link.digest.bytes), \(purpose), \(user), \(address),
                \(link.purpose == .undo ? nil : accountKey), \(session?.bytes), \(code?.token.bytes),
                \(code?.code.bytes), 0, \(now.microseconds), \(link.expiresAt.microseconds))
            """
        )
        if link.purpose != .undo {
            try execute(
                """
                DELETE FROM ostiary_one_time_token WHERE digest IN (
                    SELECT digest FROM ostiary_one_time_token WHERE user_id = \(user) AND purpose = \(purpose)
                    ORDER BY made_at DESC, digest LIMIT \(Int64.max) OFFSET \(Int64(LinkLimits.live)))
                """
            )
        }
        return true
    }

    /// Uses up a link.
    /// - Parameter holder: the condition by which the link is found.
    /// - Returns: the account, as it is before the effect, the address and the session of the link; nil if it is not
    ///   live.
    func use(
        _ purpose: LinkPurpose, where holder: SQLQuery, in context: RequestContext
    ) throws -> (user: User, address: String, session: SessionID?)? {
        let locking: StaticString = dialect == .postgres ? " FOR NO KEY UPDATE OF u" : ""
        // The account is locked first, in the order in which a change of the account takes its links.
        let query: SQLQuery = """
            SELECT \(raw: UserRow.joinedColumns), t.digest, t.address, t.session_id
            FROM ostiary_one_time_token t JOIN \(table: .users) u ON u.id = t.user_id
            WHERE \(holder) AND t.purpose = \(purpose.rawValue) AND t.expires_at > \(context.now.microseconds)
                AND u.is_active AND (t.account_key IS NULL OR t.account_key = \(raw: dialect.emailKey))\(raw: locking)
            """
        guard let row = try run(query).first else { return nil }
        let digest = try row.blob(UserRow.count)
        guard try execute("DELETE FROM ostiary_one_time_token WHERE digest = \(digest)") == 1 else { return nil }
        return (
            try UserRow.user(row), try row.text(UserRow.count + 1),
            try row.optionalBlob(UserRow.count + 2).flatMap { SessionID(bytes: $0) }
        )
    }

    /// Voids the links of an account, also those that wait to be sent and would become live then.
    /// - Parameter keepingUndo: true to leave those that take the account back to an old address. Only their use voids
    ///   them: a thief must not be able to.
    func forgetLinks(of user: User.ID, keepingUndo: Bool) throws {
        let kept: SQLQuery = keepingUndo ? " AND purpose <> \(LinkPurpose.undo.rawValue)" : ""
        try execute("DELETE FROM ostiary_one_time_token WHERE user_id = \(user)\(kept)")
        // The notice of a change has the link that takes the account back.
        let last = keepingUndo ? MailKind.changeConfirm : .changeNotice
        try execute(
            """
            DELETE FROM ostiary_outbox WHERE user_id = \(user) AND NOT is_prepared
                AND kind IN (\(MailKind.changeConfirm.rawValue), \(last.rawValue))
            """)
    }

    /// Records the current address of an account as proven. The statement decides, since a proof may have been committed
    /// after the account was read.
    /// - Returns: false if it was proven before; nothing was changed.
    @discardableResult
    func setVerified(_ email: String, of user: User.ID, at now: Timestamp) throws -> Bool {
        try execute(
            """
            INSERT INTO ostiary_verified_email (user_id, email, at) VALUES (\(user), \(email), \(now.microseconds))
            ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, at = excluded.at
                WHERE ostiary_verified_email.email <> excluded.email
            """
        ) == 1
    }

    /// Keeps the proof of an address through another spelling of it.
    func respellVerified(_ old: String, as new: String, of user: User.ID) throws {
        try execute(
            "UPDATE ostiary_verified_email SET email = \(new) WHERE user_id = \(user) AND email = \(old)")
    }
}
