// SPDX-License-Identifier: Apache-2.0

/// The kind of an ``AuditEntry``, by the stable name under which rows, log lines and metrics show it.
public struct AuditEvent: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

extension AuditEvent {
    /// Somebody made an account of their own.
    public static let registered = AuditEvent(rawValue: "registered")
    /// An operator made an account.
    public static let accountCreated = AuditEvent(rawValue: "account_created")
    public static let accountActivated = AuditEvent(rawValue: "account_activated")
    /// An account was deactivated, and its sessions ended.
    public static let accountDeactivated = AuditEvent(rawValue: "account_deactivated")
    public static let accountDeleted = AuditEvent(rawValue: "account_deleted")
    /// The user changed the password, and all other sessions ended.
    public static let passwordChanged = AuditEvent(rawValue: "password_changed")
    /// An operator set the password, and all sessions ended.
    public static let passwordReset = AuditEvent(rawValue: "password_reset")
    public static let profileChanged = AuditEvent(rawValue: "profile_changed")
    /// The account has another login than before.
    public static let emailChanged = AuditEvent(rawValue: "email_changed")

    public static let loggedIn = AuditEvent(rawValue: "logged_in")
    /// Logins were refused; the cause is for operators only, since clients must not tell causes apart.
    public static let loginRefused = AuditEvent(rawValue: "login_refused")
    /// Logins were refused before a password was verified, because a budget was spent.
    public static let loginThrottled = AuditEvent(rawValue: "login_throttled")
    /// Somebody who was logged in gave a wrong current password.
    public static let passwordRefused = AuditEvent(rawValue: "password_refused")
    /// One session ended.
    public static let loggedOut = AuditEvent(rawValue: "logged_out")
    /// All sessions of a user ended, or all but the one that asked, or those beyond the limit of an account.
    public static let sessionsEnded = AuditEvent(rawValue: "sessions_ended")
    /// A refresh was asked for again with its own key, and answered as before.
    public static let refreshRepeated = AuditEvent(rawValue: "refresh_repeated")
    /// A spent refresh token was presented again: it was stolen, or its owner's storage was (RFC 9700 §4.14.2).
    public static let refreshTokenReplayed = AuditEvent(rawValue: "refresh_token_replayed")

    public static let settingChanged = AuditEvent(rawValue: "setting_changed")
    /// An operator let the next server decide which key signs.
    public static let keyForgotten = AuditEvent(rawValue: "key_forgotten")
    /// An operator deleted expired rows by hand.
    public static let cleanedUp = AuditEvent(rawValue: "cleaned_up")

    /// Every event, in the order of the documentation.
    public static let all: [AuditEvent] = [
        registered, accountCreated, accountActivated, accountDeactivated, accountDeleted, passwordChanged,
        passwordReset,
        profileChanged, emailChanged, loggedIn, loginRefused, loginThrottled, passwordRefused, loggedOut, sessionsEnded,
        refreshRepeated, refreshTokenReplayed, settingChanged, keyForgotten, cleanedUp,
    ]
}
