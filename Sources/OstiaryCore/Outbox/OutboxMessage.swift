// SPDX-License-Identifier: Apache-2.0

/// A message to be put into the outbox. It has no secret but the nonce, which alone opens nothing.
public struct NewOutboxMessage: Sendable, Equatable {
    /// The kind that was asked for; ``MailRule`` may choose another one when it is sent.
    public var kind: MailKind
    /// The address that the message is for: as asked for, or that of the account.
    public var address: EmailAddress
    /// The account; nil if the worker has to find it by the address.
    public var user: User.ID?
    /// The session that asked; nil for none.
    public var session: SessionID?
    /// The language of the message.
    public var language: MailLanguage
    /// The event that the message tells of, or the request that it answers.
    public var event: Mail.Event
    /// The bytes from which token and code are derived.
    public var nonce: MailNonce
    /// The moment after which the message is of no use.
    public var expiresAt: Timestamp

    /// - Parameters:
    ///   - kind: the kind that is asked for.
    ///   - address: the address that the message is for.
    ///   - user: the account; nil if the worker has to find it by the address.
    ///   - session: the session that asked; nil for none.
    ///   - language: the language of the message.
    ///   - event: the event that it tells of, or the request that it answers.
    ///   - nonce: the bytes from which token and code are derived.
    ///   - expiresAt: the moment after which it is of no use.
    public init(
        _ kind: MailKind, to address: EmailAddress, user: User.ID? = nil, session: SessionID? = nil,
        language: MailLanguage = .english, event: Mail.Event, nonce: MailNonce, expiresAt: Timestamp
    ) {
        self.kind = kind
        self.address = address
        self.user = user
        self.session = session
        self.language = language
        self.event = event
        self.nonce = nonce
        self.expiresAt = expiresAt
    }
}

/// A message in the outbox.
public struct OutboxMessage: Sendable, Equatable, Identifiable {
    public var id: Int64
    /// The message as it was put into the outbox.
    public var message: NewOutboxMessage
    /// The time at which the message was put into the outbox.
    public var createdAt: Timestamp
    /// The moment of the next attempt.
    public var dueAt: Timestamp
    /// The number of attempts that failed.
    public var attempts: Int
    /// The moment at which no further attempt was made; nil while the message waits.
    public var failedAt: Timestamp?
    /// The reason of the last failure in plain words; nil if there was none.
    public var failure: String?

    /// - Parameters:
    ///   - id: the primary key.
    ///   - message: the message as it was put into the outbox.
    ///   - createdAt: the time at which that happened.
    ///   - dueAt: the moment of the next attempt.
    ///   - attempts: the number of attempts that failed.
    ///   - failedAt: the moment at which no further attempt was made; nil while the message waits.
    ///   - failure: the reason of the last failure; nil if there was none.
    public init(
        id: Int64, message: NewOutboxMessage, createdAt: Timestamp, dueAt: Timestamp, attempts: Int = 0,
        failedAt: Timestamp? = nil, failure: String? = nil
    ) {
        self.id = id
        self.message = message
        self.createdAt = createdAt
        self.dueAt = dueAt
        self.attempts = attempts
        self.failedAt = failedAt
        self.failure = failure
    }
}

/// The part of the outbox that a worker has taken, until the lease ends.
public struct OutboxClaim: Sendable, Hashable {
    /// 16 random bytes, so that a worker whose lease has ended does not touch the rows of the next one.
    public let id: [UInt8]
    /// The end of the lease: another worker may take the messages from then on.
    public let until: Timestamp

    package init(until: Timestamp, random: RandomBits = systemRandomBits) {
        id = UUIDText.bytes(random())
        self.until = until
    }
}

/// The numbers of the outbox.
public struct OutboxCounts: Sendable, Equatable {
    /// The messages that wait, at most ``limit``.
    public var waiting: Int
    /// The messages that failed in the last days, at most ``limit``.
    public var failed: Int
    /// The time at which the oldest waiting message was made; nil if none waits.
    public var oldest: Timestamp?
    /// The time at which the first of the waiting messages is to be sent; nil if none waits.
    public var due: Timestamp?

    /// The number at which counting ends.
    public static let limit = 100_000

    /// - Parameters:
    ///   - waiting: the messages that wait, at most ``limit``.
    ///   - failed: the messages that failed, at most ``limit``.
    ///   - oldest: the time at which the oldest waiting message was made; nil if none waits.
    ///   - due: the time at which the first of the waiting messages is to be sent; nil if none waits.
    public init(waiting: Int, failed: Int, oldest: Timestamp?, due: Timestamp?) {
        self.waiting = waiting
        self.failed = failed
        self.oldest = oldest
        self.due = due
    }
}
