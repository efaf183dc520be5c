// SPDX-License-Identifier: Apache-2.0

/// A message to the owner of an account that a store puts into the outbox in the transaction of its cause.
public struct MailNotice: Sendable, Equatable {
    /// The kind of the message.
    public var kind: MailKind
    /// The language of the message.
    public var language: MailLanguage
    /// The event that the message tells of.
    public var event: Mail.Event
    /// The bytes from which the token of the message is derived.
    public var nonce: MailNonce
    /// The moment after which the message is of no use.
    public var expiresAt: Timestamp
    /// The most messages that may wait; beyond it the notice is left out.
    public var limit: Int
    /// The most notices of the kind that an account gets in an hour; nil for no limit.
    public var hourlyLimit: Int?

    /// - Parameters:
    ///   - kind: the kind of the message.
    ///   - language: the language of the message.
    ///   - event: the event that it tells of.
    ///   - nonce: the bytes from which its token is derived.
    ///   - expiresAt: the moment after which it is of no use.
    ///   - limit: the most messages that may wait; beyond it the notice is left out.
    ///   - hourlyLimit: the most notices of the kind that an account gets in an hour; nil for no limit.
    public init(
        _ kind: MailKind, language: MailLanguage, event: Mail.Event, nonce: MailNonce, expiresAt: Timestamp,
        limit: Int, hourlyLimit: Int? = nil
    ) {
        self.hourlyLimit = hourlyLimit
        self.kind = kind
        self.language = language
        self.event = event
        self.nonce = nonce
        self.expiresAt = expiresAt
        self.limit = limit
    }

    /// The subject of the budget of ``hourlyLimit``.
    package func budget(of user: User.ID) -> String { "\(kind.rawValue)/\(user)" }
}

/// Makes the messages that tell owners of what has happened to their accounts.
package struct Notices: Sendable {
    private let settings: DynamicSettings?
    private let random: RandomBits

    /// No messages: there is no way on which they could leave.
    package static let off = Notices(settings: nil, random: systemRandomBits)

    package init(settings: DynamicSettings, random: @escaping RandomBits = systemRandomBits) {
        self.init(settings: .some(settings), random: random)
    }

    private init(settings: DynamicSettings?, random: @escaping RandomBits) {
        self.settings = settings
        self.random = random
    }

    /// True if messages leave the server.
    package var areOn: Bool { settings != nil }

    /// - Returns: nil if no messages leave the server, or operators do not want this one.
    package func notice(_ kind: MailKind, in context: RequestContext) -> MailNotice? {
        guard let snapshot = settings?.snapshot else { return nil }
        if kind == .newLogin && !snapshot[.noticeNewLogin] { return nil }
        return MailNotice(
            kind, language: context.origin.language, event: Mail.Event(in: context), nonce: MailNonce(random: random),
            expiresAt: context.now.adding(seconds: snapshot.lifetime(of: kind)), limit: snapshot[.mailQueueLimit],
            hourlyLimit: kind == .newLogin ? 1 : nil)
    }
}

extension Mail.Event {
    /// The event of a request.
    package init(in context: RequestContext) {
        let origin = context.origin
        self.init(at: context.now, browser: origin.knownBrowser, address: origin.address?.description)
    }
}

extension SettingsSnapshot {
    /// The seconds for which a message is of use: the lifetime of its link, or a day.
    package func lifetime(of kind: MailKind) -> Int {
        guard let purpose = LinkPurpose(kind) else { return 86_400 }
        return lifetime(of: purpose)
    }

    package func lifetime(of purpose: LinkPurpose) -> Int {
        switch purpose {
        case .verification, .registration: self[.verifyLinkLifetime]
        case .reset: self[.resetLinkLifetime]
        case .change: self[.changeLinkLifetime]
        case .undo: self[.undoLinkLifetime]
        case .login: self[.loginLinkLifetime]
        }
    }
}
