// SPDX-License-Identifier: Apache-2.0

/// The store of messages that wait to leave the server. Each method is one transaction.
///
/// Every method may throw ``StoreUnavailable``; it has changed nothing then.
public protocol OutboxStore: Sendable {
    /// Puts a message into the outbox, and reads nothing else: the request path must not tell whether an address has an
    /// account.
    /// - Parameters:
    ///   - message: the message.
    ///   - pending: the registration that the message completes; nil for none.
    ///   - limit: the most messages that may wait.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: false if the outbox is full; nothing was changed.
    func enqueue(
        _ message: NewOutboxMessage, pending: PendingRegistration?, limit: Int, in context: RequestContext
    ) async throws -> Bool
    /// Takes messages that are due, in the order in which they are. No other worker gets them before the lease ends.
    /// - Parameters:
    ///   - limit: the most messages to take.
    ///   - claim: the claim that this worker holds.
    ///   - context: the context of the call: author, time, deadline.
    func claim(_ limit: Int, _ claim: OutboxClaim, in context: RequestContext) async throws -> [OutboxMessage]
    /// Judges by ``MailRule`` if a claimed message is to be sent, makes its token live the first time, and deletes the
    /// message if it is not to be sent.
    /// - Parameters:
    ///   - message: the message.
    ///   - claim: the claim that this worker holds.
    ///   - preparation: the digests of the message's secrets, and limits.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the message to send, to the stored address; nil if it is not to be sent, or not claimed any more.
    func prepare(
        _ message: OutboxMessage, _ claim: OutboxClaim, _ preparation: MailPreparation, in context: RequestContext
    ) async throws -> PreparedMail?
    /// Deletes a message that was sent.
    func sent(_ id: OutboxMessage.ID, _ claim: OutboxClaim, in context: RequestContext) async throws
    /// Keeps a message for another attempt.
    /// - Parameters:
    ///   - id: the message.
    ///   - claim: the claim that this worker holds.
    ///   - reason: the reason, without anything that a mail server said.
    ///   - due: the moment of the next attempt; nil for none: the message has failed.
    ///   - isCounted: false if the failure says nothing about the message.
    ///   - context: the context of the call: author, time, deadline.
    func failed(
        _ id: OutboxMessage.ID, _ claim: OutboxClaim, because reason: String, due: Timestamp?, isCounted: Bool,
        in context: RequestContext
    ) async throws
    /// Gives back what was claimed and not sent.
    func release(_ claim: OutboxClaim, in context: RequestContext) async throws
    /// Lists messages in the order of their ids.
    /// - Parameters:
    ///   - failed: true for messages that failed, false for those that wait.
    ///   - id: the id after which the list begins.
    ///   - limit: the most messages to return.
    ///   - context: the context of the call: author, time, deadline.
    func messages(
        failed: Bool, after id: OutboxMessage.ID, limit: Int, in context: RequestContext
    ) async throws -> [OutboxMessage]
    /// Makes messages due at once, those that failed too, unless they have expired.
    /// - Returns: the number of messages.
    func retry(_ ids: [OutboxMessage.ID], in context: RequestContext) async throws -> Int
    /// Deletes messages.
    /// - Returns: the number of messages.
    func drop(_ ids: [OutboxMessage.ID], in context: RequestContext) async throws -> Int
    /// Counts the messages that wait and those that failed, up to ``OutboxCounts/limit`` each.
    func counts(in context: RequestContext) async throws -> OutboxCounts
    /// Deletes messages that failed before a moment, and everything else of mail that has expired.
    /// - Parameters:
    ///   - moment: the moment before which failed messages have failed.
    ///   - now: the moment at which waiting messages have expired.
    ///   - limit: the most rows of each kind to delete.
    /// - Returns: the number of deleted rows.
    func deleteExpired(failedBefore moment: Timestamp, at now: Timestamp, limit: Int) async throws -> Int
}

/// The digests and limits by which a store prepares a message.
public struct MailPreparation: Sendable, Equatable {
    /// The digest of the message's token and its end; nil for a message without link.
    public var link: Link?
    /// The digests of a code and of the client's token; nil for a message without code.
    public var code: Code?
    /// The most messages to an address in an hour that somebody has asked for; nil for no limit.
    public var hourlyLimit: Int?

    /// The token of a message, as a store keeps it.
    public struct Link: Sendable, Equatable {
        /// The purpose of the token, for which alone it is live.
        public var purpose: LinkPurpose
        /// The digest of the token for that purpose.
        public var digest: OneTimeDigest
        /// The moment at which the token ceases to be live.
        public var expiresAt: Timestamp

        /// - Parameters:
        ///   - purpose: the purpose of the token.
        ///   - digest: the digest of the token for that purpose.
        ///   - expiresAt: the moment at which the token ceases to be live.
        public init(_ purpose: LinkPurpose, digest: OneTimeDigest, expiresAt: Timestamp) {
            self.purpose = purpose
            self.digest = digest
            self.expiresAt = expiresAt
        }
    }

    /// The code of a message and the token of the client that may use it, as a store keeps them.
    public struct Code: Sendable, Equatable {
        /// The digest of the client's ``LoginToken``, by which the code is found.
        public var token: OneTimeDigest
        /// The digest of the code, which depends on the token.
        public var code: OneTimeDigest

        /// - Parameters:
        ///   - token: the digest of the client's ``LoginToken``.
        ///   - code: the digest of the code.
        public init(token: OneTimeDigest, code: OneTimeDigest) {
            self.token = token
            self.code = code
        }
    }

    /// - Parameters:
    ///   - link: the token of the message; nil for none.
    ///   - code: the code of the message; nil for none.
    ///   - hourlyLimit: the most messages to an address in an hour that somebody has asked for; nil for no limit.
    public init(link: Link? = nil, code: Code? = nil, hourlyLimit: Int? = nil) {
        self.link = link
        self.code = code
        self.hourlyLimit = hourlyLimit
    }
}

/// A message that is to be sent now.
public struct PreparedMail: Sendable, Equatable {
    /// The kind to send, which is not that of the outbox if the address has an account already.
    public var kind: MailKind
    /// The stored address of the account, never the one as typed.
    public var recipient: EmailAddress

    /// - Parameters:
    ///   - kind: the kind to send, by ``MailRule``.
    ///   - recipient: the stored address of the account.
    public init(_ kind: MailKind, to recipient: EmailAddress) {
        self.kind = kind
        self.recipient = recipient
    }
}

/// A registration that waits for its confirmation. It prints without the password.
public struct PendingRegistration: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// The digest of the link that completes the registration.
    public var digest: OneTimeDigest
    /// The address to be registered, as typed.
    public var email: EmailAddress
    /// In Django's encoded form.
    public var encodedPassword: String
    /// The moment at which the link ceases to be live.
    public var expiresAt: Timestamp

    /// - Parameters:
    ///   - digest: the digest of the link that completes the registration.
    ///   - email: the address to be registered.
    ///   - encodedPassword: the chosen password in Django's encoded form.
    ///   - expiresAt: the moment at which the link ceases to be live.
    public init(digest: OneTimeDigest, email: EmailAddress, encodedPassword: String, expiresAt: Timestamp) {
        self.digest = digest
        self.email = email
        self.encodedPassword = encodedPassword
        self.expiresAt = expiresAt
    }

    public var description: String { "PendingRegistration(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
