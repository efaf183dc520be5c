// SPDX-License-Identifier: Apache-2.0

/// The messages that the server sends. The raw value is the name of the template.
public enum MailKind: String, Sendable, CaseIterable {
    /// A link that proves the address of an account.
    case verify
    /// A link that completes a registration.
    case register
    /// The answer to a registration with an address that has an account; it has no link.
    case alreadyRegistered = "already-registered"
    /// A link that sets a new password.
    case reset
    /// A link that moves an account to the address of the recipient.
    case changeConfirm = "change-confirm"
    /// The notice to the old address that an account has moved, with a link that undoes it.
    case changeNotice = "change-notice"
    /// A link and a code that log in.
    case login
    /// The notice that the password was changed.
    case passwordChanged = "password-changed"
    /// The notice of a login from a network that was unknown.
    case newLogin = "new-login"
    /// The notice that a session was ended, since its refresh token was used a second time.
    case sessionsEnded = "sessions-ended"

    /// True if the message has a link, without which it is of no use.
    public var hasLink: Bool {
        switch self {
        case .verify, .register, .reset, .changeConfirm, .changeNotice, .login: true
        case .alreadyRegistered, .passwordChanged, .newLogin, .sessionsEnded: false
        }
    }

    /// True if the message has a code of six digits besides.
    public var hasCode: Bool { self == .login }

    /// True if the message goes to the stored address of an account, and not to one that it has not.
    public var goesToAccount: Bool {
        switch self {
        case .register, .changeConfirm, .changeNotice: false
        case .verify, .alreadyRegistered, .reset, .login, .passwordChanged, .newLogin, .sessionsEnded: true
        }
    }

    /// True for a message that nobody asked for: it tells of something that has happened to the account.
    public var isNotice: Bool {
        switch self {
        case .changeNotice, .passwordChanged, .newLogin, .sessionsEnded: true
        case .verify, .register, .alreadyRegistered, .reset, .changeConfirm, .login: false
        }
    }
}
