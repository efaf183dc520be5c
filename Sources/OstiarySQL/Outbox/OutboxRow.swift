// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of a message in every query.
enum OutboxRow {
    static let columns: StaticString = """
        id, kind, address, user_id, session_id, language, event_at, event_browser, event_address, nonce, created_at,
        due_at, expires_at, attempts, failed_at, failure
        """

    /// - Returns: nil for a message of a kind that this release does not know. It is left to a newer one: an error would
    ///   keep all other messages back.
    static func message(_ row: SQLRow) throws -> OutboxMessage? {
        guard let kind = MailKind(rawValue: try row.text(1)) else { return nil }
        guard let address = EmailAddress(try row.text(2)), let nonce = MailNonce(bytes: try row.blob(9)) else {
            throw SQLError(.decoding, detail: "a row of the outbox is malformed")
        }
        let event = Mail.Event(
            at: try row.timestamp(6), browser: try row.optionalText(7), address: try row.optionalText(8))
        let message = NewOutboxMessage(
            kind, to: address, user: try row.optionalInteger(3),
            session: try row.optionalBlob(4).flatMap { SessionID(bytes: $0) },
            language: MailLanguage(rawValue: try row.text(5)) ?? .english, event: event, nonce: nonce,
            expiresAt: try row.timestamp(12))
        return OutboxMessage(
            id: try row.integer(0), message: message, createdAt: try row.timestamp(10), dueAt: try row.timestamp(11),
            attempts: Int(clamping: try row.integer(13)), failedAt: try row.optionalTimestamp(14),
            failure: try row.optionalText(15))
    }
}
