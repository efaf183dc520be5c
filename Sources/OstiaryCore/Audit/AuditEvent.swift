// SPDX-License-Identifier: Apache-2.0

/// The kind of an ``AuditEntry``, by its stable name in rows, log lines and metrics.
public struct AuditEvent: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

extension AuditEvent {
    /// A client created an account.
    public static let registered = AuditEvent(rawValue: "registered")
    /// An operator created an account.
    public static let accountCreated = AuditEvent(rawValue: "account_created")
    /// An operator took over accounts of another system; the count tells how many.
    public static let accountsImported = AuditEvent(rawValue: "accounts_imported")
    /// A deactivated account was activated; its ended sessions stay ended.
    public static let accountActivated = AuditEvent(rawValue: "account_activated")
    /// An account was deactivated; its sessions ended.
    public static let accountDeactivated = AuditEvent(rawValue: "account_deactivated")
    /// An operator made the budgets whole that logins of an account had spent.
    public static let accountUnlocked = AuditEvent(rawValue: "account_unlocked")
    /// An account was deleted, with everything that belongs to it.
    public static let accountDeleted = AuditEvent(rawValue: "account_deleted")
    /// A user changed the own password; all other sessions ended.
    public static let passwordChanged = AuditEvent(rawValue: "password_changed")
    /// An operator set a password; all sessions of the account ended.
    public static let passwordReset = AuditEvent(rawValue: "password_reset")
    /// The names of an account changed, or the spelling of its address.
    public static let profileChanged = AuditEvent(rawValue: "profile_changed")
    /// The login of an account changed.
    public static let emailChanged = AuditEvent(rawValue: "email_changed")
    /// A message to the address of an account has shown that its owner receives it.
    public static let emailVerified = AuditEvent(rawValue: "email_verified")
    /// An operator took the proof of an address back.
    public static let emailUnverified = AuditEvent(rawValue: "email_unverified")
    /// An operator made a link for an account; the cause is its purpose.
    public static let linkMade = AuditEvent(rawValue: "link_made")
    /// An operator made a message due that waited or had failed.
    public static let mailRetried = AuditEvent(rawValue: "mail_retried")
    /// An operator deleted a message that waited or had failed.
    public static let mailDropped = AuditEvent(rawValue: "mail_dropped")
    /// An administrator changed the flags, groups or permissions of an account.
    public static let rightsChanged = AuditEvent(rawValue: "rights_changed")
    /// A group was created.
    public static let groupCreated = AuditEvent(rawValue: "group_created")
    /// The name, the permissions or the members of a group changed.
    public static let groupChanged = AuditEvent(rawValue: "group_changed")
    /// A group was deleted; its members lost its permissions.
    public static let groupDeleted = AuditEvent(rawValue: "group_deleted")
    /// A server without superuser made a link by which the first one can be created.
    public static let setupLinkMade = AuditEvent(rawValue: "setup_link_made")

    /// A login opened a session.
    public static let loggedIn = AuditEvent(rawValue: "logged_in")
    /// Logins were refused. The entry has the cause, which clients are not told (ASVS 6.3.8).
    public static let loginRefused = AuditEvent(rawValue: "login_refused")
    /// Logins were refused because a budget was spent; no password was verified.
    public static let loginThrottled = AuditEvent(rawValue: "login_throttled")
    /// A logged-in user gave a wrong current password, or gave passwords too often.
    public static let passwordRefused = AuditEvent(rawValue: "password_refused")
    /// A refresh token of a Django service opened a session here.
    public static let legacyTokenTaken = AuditEvent(rawValue: "legacy_token_taken")
    /// One session ended.
    public static let loggedOut = AuditEvent(rawValue: "logged_out")
    /// Several sessions of a user ended: all, all but one, or those beyond the limit of an account.
    public static let sessionsEnded = AuditEvent(rawValue: "sessions_ended")
    /// A refresh was repeated with its idempotency key and answered as the first time.
    public static let refreshRepeated = AuditEvent(rawValue: "refresh_repeated")
    /// A spent refresh token was presented again, so it has been copied; the session ended (RFC 9700 §4.14.2).
    public static let refreshTokenReplayed = AuditEvent(rawValue: "refresh_token_replayed")

    /// The stored value of a setting changed; the object is the setting's name.
    public static let settingChanged = AuditEvent(rawValue: "setting_changed")
    /// A key was put into the JWKS; the cause is its algorithm, as in all events of keys, and the object its `kid`.
    public static let keyPublished = AuditEvent(rawValue: "key_published")
    /// A key signs from now on; the count tells how many verifiers lack it.
    public static let keySigns = AuditEvent(rawValue: "key_signs")
    /// A key signs no more, and verifies the tokens that it has signed.
    public static let keyRetired = AuditEvent(rawValue: "key_retired")
    /// A key is gone from the JWKS.
    public static let keyRemoved = AuditEvent(rawValue: "key_removed")
    /// An operator took a key back; its tokens are refused. The cause is the operator's reason.
    public static let keyRevoked = AuditEvent(rawValue: "key_revoked")
    /// An operator sealed all private keys under another root secret.
    public static let keysResealed = AuditEvent(rawValue: "keys_resealed")
    /// An operator added a verifier that has a file with keys.
    public static let verifierAdded = AuditEvent(rawValue: "verifier_added")
    /// An operator confirmed that a verifier has a key; the cause is the name of the verifier.
    public static let verifierConfirmed = AuditEvent(rawValue: "verifier_confirmed")
    /// An operator made the server forget a verifier.
    public static let verifierForgotten = AuditEvent(rawValue: "verifier_forgotten")
    /// An operator added a client; the cause is its kind, and the object its id, as in all events of clients.
    public static let clientAdded = AuditEvent(rawValue: "client_added")
    /// An operator gave a client a new secret; the cause is `now` if the one before was refused at once.
    public static let clientSecretRotated = AuditEvent(rawValue: "client_secret_rotated")
    /// An operator disabled a client.
    public static let clientDisabled = AuditEvent(rawValue: "client_disabled")
    /// An operator enabled a client again.
    public static let clientEnabled = AuditEvent(rawValue: "client_enabled")
    /// An operator removed a client.
    public static let clientRemoved = AuditEvent(rawValue: "client_removed")
    /// An operator released a shared secret, so that the next server may bring another one.
    public static let keyForgotten = AuditEvent(rawValue: "key_forgotten")
    /// An operator put a copy in the place of the database; all later entries are gone.
    public static let databaseRestored = AuditEvent(rawValue: "database_restored")
    /// An operator deleted expired rows by hand.
    public static let cleanedUp = AuditEvent(rawValue: "cleaned_up")

    /// All events of the product, in the order of the documentation.
    public static let all: [AuditEvent] = [
        registered, accountCreated, accountsImported, accountActivated, accountDeactivated, accountUnlocked,
        accountDeleted,
        passwordChanged, passwordReset, profileChanged, emailChanged, emailVerified, emailUnverified, linkMade,
        mailRetried, mailDropped, rightsChanged, groupCreated, groupChanged,
        groupDeleted, setupLinkMade, loggedIn, loginRefused, loginThrottled,
        passwordRefused, legacyTokenTaken, loggedOut, sessionsEnded,
        refreshRepeated, refreshTokenReplayed, settingChanged,
        keyPublished, keySigns, keyRetired, keyRemoved, keyRevoked, keysResealed, verifierAdded, verifierConfirmed,
        verifierForgotten, clientAdded, clientSecretRotated, clientDisabled, clientEnabled, clientRemoved, keyForgotten,
        databaseRestored, cleanedUp,
    ]
}
