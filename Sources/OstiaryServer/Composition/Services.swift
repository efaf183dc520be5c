// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
import OstiaryHTTP

/// All use cases of the server on one storage, shared by the API, the pages and embedding applications.
public struct Services: Sendable {
    /// The use cases that need no secret; commands have no others.
    public let administration: Administration
    /// Creation of accounts.
    public let registration: RegistrationService
    /// Login with e-mail address and password.
    public let login: LoginService
    /// Exchange of a refresh token for the next token pair (RFC 6749 §6).
    public let refresh: RefreshService
    /// End of a session by its refresh token.
    public let logout: LogoutService
    /// Reading and changing a user's profile.
    public let profile: ProfileService
    /// List and end of sessions.
    public let sessions: SessionService
    /// Change of the caller's password, and deletion of the caller's account.
    public let ownPasswords: PasswordChangeService
    /// Creation of the first superuser by a one-time link.
    public let setup: SetupService
    /// Everything that needs mail; nil on a server that sends none.
    public let mail: MailServices?
    /// Verification of access tokens (RFC 6750).
    public let identity: IdentityService
    /// Authentication of clients.
    package let clients: ClientService
    /// Questions of clients about tokens (RFC 7662).
    package let introspection: IntrospectionService
    /// Revocation of tokens by clients (RFC 7009).
    package let revocation: TokenRevocationService
    let opener: SessionOpener

    /// - Parameters:
    ///   - codec: signs and verifies access tokens.
    ///   - memory: remembers tokens, users and sessions.
    ///   - clients: remembers clients.
    ///   - refusals: counts refused logins.
    ///   - outbox: takes messages; nil on a server that sends none.
    init(
        _ installation: Installation, codec: AccessTokenCodec, memory: IdentityCache, clients: ClientMemory,
        throttling: Throttling, refusals: RefusalCounter, outbox: Outbox? = nil
    ) {
        let (storage, settings, passwords) = (installation.storage, installation.settings, installation.passwords)
        let words = PasswordPolicy.contextWords(publicURL: installation.configuration.publicURL?.origin)
        let issuer = TokenIssuer(codec: codec)
        let notices = outbox?.notices ?? .off
        opener = SessionOpener(
            issuer: issuer, settings: settings, notices: notices,
            sharesTokens: installation.configuration.adoption?.sharesRefreshTokens == true,
            now: installation.now)
        administration = installation.administration
        registration = RegistrationService(
            accounts: storage.accounts, passwords: passwords, settings: settings, throttling: throttling,
            contextWords: words, outbox: outbox)
        login = LoginService(
            accounts: storage.accounts, sessions: storage.sessions, passwordStore: storage.passwords,
            passwords: passwords, opener: opener, throttling: throttling, refusals: refusals,
            readAddress: installation.configuration.adoption == nil
                ? EmailAddress.init(_:) : EmailAddress.init(ofAnyAccount:))
        refresh = RefreshService(
            sessions: storage.sessions, issuer: issuer, settings: settings, throttling: throttling,
            notices: notices,
            takesLegacyTokens: installation.configuration.adoption?.takesRefreshTokens == true)
        logout = LogoutService(sessions: storage.sessions)
        ownPasswords = PasswordChangeService(
            accounts: storage.accounts, passwordStore: storage.passwords, passwords: passwords, opener: opener,
            settings: settings, throttling: throttling, refusals: refusals, contextWords: words)
        profile = ProfileService(
            accounts: storage.accounts, passwords: ownPasswords, throttling: throttling,
            sendsMail: outbox != nil)
        sessions = administration.sessions
        setup = SetupService(
            store: storage.setup, passwords: passwords, settings: settings, throttling: throttling, contextWords: words)
        let (opener, ownPasswords) = (opener, ownPasswords)
        mail = outbox.map { outbox in
            MailServices(
                installation, outbox: outbox, opener: opener, ownPasswords: ownPasswords, throttling: throttling,
                words: words)
        }
        identity = IdentityService(
            codec: codec, sessions: storage.sessions, memory: memory, now: installation.now)
        self.clients = ClientService(memory: clients, throttling: throttling)
        introspection = IntrospectionService(identity: identity, sessions: storage.sessions, settings: settings)
        revocation = TokenRevocationService(identity: identity, logout: logout, sessions: storage.sessions)
    }
}

/// The use cases of operators. They need neither a running server nor its secrets.
public struct Administration: Sendable {
    /// Management of accounts.
    public let accounts: AccountService
    /// Management of groups and their permissions.
    public let groups: GroupService
    /// List and end of sessions.
    public let sessions: SessionService
    /// Reading and changing settings.
    public let settings: DynamicSettings
    /// Settings with authors and history, and with changes that notice each other.
    public let editedSettings: SettingsService
    /// The entries of the audit log.
    public let audit: any AuditStore
    /// The numbers of logins by hour.
    public let logins: LoginStatistics
    /// Deletion of expired rows.
    public let cleanup: CleanupService

    /// - Parameters:
    ///   - words: the words that a password must not be made of.
    ///   - notices: makes the messages to owners.
    ///   - now: the wall clock.
    init(
        _ storage: Storage, passwords: Passwords, settings: DynamicSettings, words: [String], notices: Notices,
        now: @escaping WallClock
    ) {
        accounts = AccountService(
            accounts: storage.accounts, passwordStore: storage.passwords, passwords: passwords,
            minimumPasswordLength: { settings.snapshot[.passwordMinimumLength] }, contextWords: words,
            notices: notices)
        groups = GroupService(store: storage.permissions)
        sessions = SessionService(sessions: storage.sessions)
        self.settings = settings
        editedSettings = SettingsService(settings: settings, audit: storage.audit, sessions: storage.sessions)
        audit = storage.audit
        logins = LoginStatistics(audit: storage.audit)
        cleanup = CleanupService(
            sessions: storage.sessions, audit: storage.audit, outbox: storage.outbox, revocations: storage.revocations,
            now: now
        ) {
            settings.snapshot[.auditRetention]
        }
    }
}
