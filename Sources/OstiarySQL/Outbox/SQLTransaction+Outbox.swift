// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// Puts a message into the outbox.
    ///
    /// Rows are counted only once the ids span as many: before that there cannot be as many rows.
    /// - Returns: false if as many messages wait as may.
    @discardableResult
    func enqueue(_ message: NewOutboxMessage, limit: Int, at now: Timestamp) throws -> Bool {
        let inserted = try execute(
            """
            INSERT INTO ostiary_outbox (
                kind, address, user_id, session_id, language, event_at, event_browser, event_address, nonce,
                created_at, due_at, expires_at, attempts, is_prepared, claimed_until)
            SELECT \(message.kind.rawValue), \(message.address.text), \(message.user), \(message.session?.bytes),
                \(message.language.rawValue), \(message.event.at.microseconds), \(message.event.browser),
                \(message.event.address), \(message.nonce.bytes), \(now.microseconds), \(now.microseconds),
                \(message.expiresAt.microseconds), 0, FALSE, 0
            WHERE (SELECT MAX(id) FROM ostiary_outbox) - (SELECT MIN(id) FROM ostiary_outbox) < \(Int64(limit)) - 1
                OR (SELECT COUNT(*) FROM (SELECT 1 FROM ostiary_outbox WHERE failed_at IS NULL LIMIT \(Int64(limit))) w)
                    < \(Int64(limit))
            """
        )
        return inserted == 1
    }

    /// Puts a message to an account into the outbox. An address to which nothing can be sent, and a full outbox, are
    /// passed over: the cause of the message must not fail for it.
    /// - Parameter address: nil for the account's own.
    func enqueue(_ notice: MailNotice?, to address: String? = nil, of user: User.ID, at now: Timestamp) throws {
        guard let notice else { return }
        let text =
            try address ?? run("SELECT email FROM \(table: .users) WHERE id = \(user)").first.map { try $0.text(0) }
            ?? ""
        guard let recipient = EmailAddress(text) else { return }
        if let most = notice.hourlyLimit {
            guard try take(notice.budget(of: user), most: most, in: 3_600, at: now) else { return }
        }
        try enqueue(
            NewOutboxMessage(
                notice.kind, to: recipient, user: user, language: notice.language, event: notice.event,
                nonce: notice.nonce, expiresAt: notice.expiresAt),
            limit: notice.limit, at: now)
    }

    /// Counts a use of a budget that is common to all nodes.
    /// - Parameter seconds: the length of a window, which begins with the first use.
    /// - Returns: false if the window has `most` uses already; nothing was changed.
    func take(_ subject: String, most: Int, in seconds: Int, at now: Timestamp) throws -> Bool {
        let start = now.adding(seconds: -seconds).microseconds
        let taken = try execute(
            """
            INSERT INTO ostiary_mail_budget (subject, started_at, count) VALUES (\(subject), \(now.microseconds), 1)
            ON CONFLICT (subject) DO UPDATE SET
                started_at = CASE WHEN ostiary_mail_budget.started_at <= \(start)
                    THEN excluded.started_at ELSE ostiary_mail_budget.started_at END,
                count = CASE WHEN ostiary_mail_budget.started_at <= \(start)
                    THEN 1 ELSE ostiary_mail_budget.count + 1 END
            WHERE ostiary_mail_budget.started_at <= \(start) OR ostiary_mail_budget.count < \(Int64(most))
            """
        )
        return taken == 1
    }
}
