// SPDX-License-Identifier: Apache-2.0

/// Puts messages into the outbox of a server that sends mail.
package struct Outbox: Sendable {
    let settings: DynamicSettings
    let secrets: OneTimeSecrets
    package let notices: Notices
    private let store: any OutboxStore
    private let random: RandomBits
    private let wake: @Sendable () -> Void

    /// The seconds until a full outbox may have room again.
    private static let retryAfter = 60

    /// - Parameter wake: called once a message waits; must not block.
    package init(
        store: any OutboxStore, settings: DynamicSettings, secrets: OneTimeSecrets,
        random: @escaping RandomBits = systemRandomBits, wake: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.settings = settings
        self.secrets = secrets
        self.notices = Notices(settings: settings, random: random)
        self.random = random
        self.wake = wake
    }

    /// Puts a message into the outbox, and looks at no account.
    /// - Parameters:
    ///   - address: the address as sent.
    ///   - user: the account, if the caller is logged in.
    ///   - pending: makes the registration that the message completes, from the digest of its token.
    /// - Returns: the nonce of the message.
    /// - Throws: ``Overloaded`` if too many messages wait; ``StoreUnavailable``.
    @discardableResult
    func put(
        _ kind: MailKind, to address: EmailAddress, user: User.ID? = nil, session: SessionID? = nil,
        pending: ((OneTimeDigest, Timestamp) -> PendingRegistration)? = nil, in context: RequestContext
    ) async throws -> MailNonce {
        let snapshot = settings.snapshot
        let nonce = MailNonce(random: random)
        let expiry = context.now.adding(seconds: snapshot.lifetime(of: kind))
        let message = NewOutboxMessage(
            kind, to: address, user: user, session: session, language: context.origin.language,
            event: Mail.Event(in: context), nonce: nonce, expiresAt: expiry)
        let registration = pending?(
            secrets.token(nonce, for: .registration).digest(for: .registration), expiry)
        guard
            try await store.enqueue(
                message, pending: registration, limit: snapshot[.mailQueueLimit], in: context)
        else { throw Overloaded(retryAfter: Self.retryAfter) }
        wake()
        return nonce
    }

    /// Looks at the outbox at once, after a store has put a notice into it.
    func wakeUp() { wake() }
}
