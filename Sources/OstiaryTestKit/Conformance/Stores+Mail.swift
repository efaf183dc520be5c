// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The building blocks of the cases of mail.
extension Stores {
    static let secrets: OneTimeSecrets = {
        guard let root = RootSecret([UInt8](repeating: 7, count: RootSecret.minimumBytes)) else {
            preconditionFailure("the secret is long enough")
        }
        return OneTimeSecrets(root: root)
    }()

    func mail(
        _ kind: MailKind, to address: String, user: User.ID? = nil, session: SessionID? = nil,
        expiresIn seconds: Int = 3_600, at now: Timestamp = Stores.start
    ) throws -> NewOutboxMessage {
        NewOutboxMessage(
            kind, to: try self.address(address), user: user, session: session, event: Mail.Event(at: now),
            nonce: MailNonce(), expiresAt: now.adding(seconds: seconds))
    }

    func notice(_ kind: MailKind, at now: Timestamp = Stores.start) -> MailNotice {
        MailNotice(
            kind, language: .german, event: Mail.Event(at: now), nonce: MailNonce(),
            expiresAt: now.adding(seconds: 3_600), limit: 100, hourlyLimit: kind == .newLogin ? 1 : nil)
    }

    func preparation(_ message: NewOutboxMessage, hourlyLimit: Int? = nil) -> MailPreparation {
        let link = LinkPurpose(message.kind).map {
            MailPreparation.Link(
                $0, digest: Self.secrets.token(message.nonce, for: $0).digest(for: $0), expiresAt: message.expiresAt)
        }
        return MailPreparation(
            link: link, code: message.kind == .login ? code(message.nonce) : nil, hourlyLimit: hourlyLimit)
    }

    func code(_ nonce: MailNonce, _ text: String? = nil) -> MailPreparation.Code {
        let token = Self.secrets.loginToken(nonce)
        return MailPreparation.Code(
            token: token.digest, code: token.digest(ofCode: text ?? Self.secrets.code(nonce)))
    }

    /// Puts a message into the outbox and prepares it, as a worker does.
    /// - Returns: the digest of the token, and the message to send; nil for none.
    @discardableResult
    func deliver(
        _ message: NewOutboxMessage, hourlyLimit: Int? = nil, at now: Timestamp = Stores.start
    ) async throws -> (digest: OneTimeDigest, mail: PreparedMail?) {
        let context = RequestContext.test(at: now)
        try require(try await outbox.enqueue(message, pending: nil, limit: 1_000, in: context), "enqueued")
        return try await deliverNext(hourlyLimit: hourlyLimit, at: now)
    }

    /// Prepares and sends the message that waits.
    func deliverNext(
        hourlyLimit: Int? = nil, at now: Timestamp = Stores.start
    ) async throws -> (digest: OneTimeDigest, mail: PreparedMail?) {
        let context = RequestContext.test(at: now)
        let claim = OutboxClaim(until: now.adding(seconds: 300))
        guard let claimed = try await outbox.claim(1, claim, in: context).first else {
            throw ConformanceFailure(description: "no message waits")
        }
        let preparation = preparation(claimed.message, hourlyLimit: hourlyLimit)
        let mail = try await outbox.prepare(claimed, claim, preparation, in: context)
        try await outbox.sent(claimed.id, claim, in: context)
        return (preparation.link?.digest ?? OneTimeDigest(bytes: []), mail)
    }

    /// The kinds of the messages that wait.
    func waitingMail() async throws -> [MailKind] {
        try await outbox.messages(failed: false, after: 0, limit: 100, in: .test()).map(\.message.kind)
    }

    func verify(_ user: User) async throws {
        _ = try await links.setVerified(true, id: user.id, in: .test(at: Stores.start))
    }
}
