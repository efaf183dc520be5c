// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLOutboxStore {
    package func prepare(
        _ message: OutboxMessage, _ claim: OutboxClaim, _ preparation: MailPreparation, in context: RequestContext
    ) async throws -> PreparedMail? {
        try await database.commit(in: context) { transaction in
            let claimed: SQLQuery = """
                SELECT is_prepared FROM ostiary_outbox WHERE id = \(message.id) AND claim = \(claim.id)
                """
            // The account is locked first: a change of its password deletes messages whose links are to be void.
            let account = try transaction.account(of: message.message)
            guard let row = try transaction.run(claimed).first else { return nil }
            let wasPrepared = try row.bool(0)
            guard case .send(let kind) = MailRule.judge(message.message.kind, account?.state),
                try transaction.isLive(
                    message.message, kind, account, preparation, wasPrepared: wasPrepared, at: context.now)
            else {
                try transaction.execute("DELETE FROM ostiary_outbox WHERE id = \(message.id)")
                return nil
            }
            if !wasPrepared {
                try transaction.execute("UPDATE ostiary_outbox SET is_prepared = TRUE WHERE id = \(message.id)")
            }
            let stored = kind.goesToAccount ? account?.email : nil
            return PreparedMail(kind, to: stored ?? message.message.address)
        }
    }
}

/// The account of a message inside the transaction.
private struct MessageAccount {
    let id: User.ID
    let email: EmailAddress?
    let key: String
    let state: MailRule.Account
}

extension SQLTransaction {
    /// The account of a message: by its id, or else by its address. Its row is locked, so that no link is made live for
    /// an address that the account loses at the same moment.
    fileprivate func account(of message: NewOutboxMessage) throws -> MessageAccount? {
        let subject: SQLQuery =
            message.user.map { "u.id = \($0)" } ?? .isAccount(of: message.address, id: "u.id", adopted, dialect)
        let query: SQLQuery = """
            SELECT u.id, u.email, u.is_active, \(raw: dialect.emailKey), \(raw: UserRow.isVerified) FROM \(table: .users) u
            WHERE \(subject)\(raw: dialect.lockingRow)
            """
        return try run(query).first.map { row in
            let (email, key) = (try row.text(1), try row.text(3))
            return MessageAccount(
                id: try row.integer(0), email: EmailAddress(email), key: key,
                state: MailRule.Account(
                    isActive: try row.bool(2), hasAddress: key.hasSameBytes(as: message.address.key),
                    isVerified: try row.bool(4)))
        }
    }

    /// Makes the token of a message live the first time. Later it must be live still: a token that was used meanwhile
    /// must not come back with the second attempt to send it.
    fileprivate func isLive(
        _ message: NewOutboxMessage, _ kind: MailKind, _ account: MessageAccount?, _ preparation: MailPreparation,
        wasPrepared: Bool, at now: Timestamp
    ) throws -> Bool {
        if !wasPrepared, let most = preparation.hourlyLimit {
            guard try take("address/\(message.address.key)", most: most, in: 3_600, at: now) else { return false }
        }
        guard let link = preparation.link else { return true }
        if message.kind == .register {
            // The pending row was written with the message. An account that has the address ends it.
            if kind == .alreadyRegistered {
                try execute("DELETE FROM ostiary_pending_registration WHERE digest = \(link.digest.bytes)")
                return true
            }
            return try !run(
                "SELECT 1 FROM ostiary_pending_registration WHERE digest = \(link.digest.bytes)"
            ).isEmpty
        }
        if wasPrepared {
            return try !run("SELECT 1 FROM ostiary_one_time_token WHERE digest = \(link.digest.bytes)").isEmpty
        }
        guard let account else { return false }
        return try insert(
            link, code: preparation.code, of: account.id, to: message.address.text, accountKey: account.key,
            session: message.session, at: now)
    }
}
