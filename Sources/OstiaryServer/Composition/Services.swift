// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Everything that can be done, on one storage: built here and nowhere else, for API, pages and embedders.
public struct Services: Sendable {
    /// The part that needs no secret, which is all that commands have.
    public let administration: Administration
    public let registration: RegistrationService
    public let login: LoginService
    public let refresh: RefreshService
    public let logout: LogoutService
    public let profile: ProfileService
    public let sessions: SessionService
    /// Changes of the own password and deletion of the own account.
    public let ownPasswords: PasswordChangeService
    public let identity: IdentityService

    /// - Parameters:
    ///   - codec: signs and verifies access tokens.
    ///   - memory: of tokens, users and sessions.
    ///   - refusals: counts refused logins.
    init(
        _ installation: Installation, codec: AccessTokenCodec, memory: IdentityMemory, throttling: Throttling,
        refusals: RefusalTally
    ) {
        let (storage, settings, passwords) = (installation.storage, installation.settings, installation.passwords)
        let words = PasswordPolicy.contextWords(publicURL: installation.configuration.publicURL)
        let issuer = TokenIssuer(codec: codec)
        let opener = SessionOpener(issuer: issuer, settings: settings)
        administration = installation.administration
        registration = RegistrationService(
            accounts: storage.accounts, passwords: passwords, settings: settings, throttling: throttling,
            contextWords: words)
        login = LoginService(
            accounts: storage.accounts, sessions: storage.sessions, passwordStore: storage.passwords,
            passwords: passwords, opener: opener, throttling: throttling, refusals: refusals)
        refresh = RefreshService(
            sessions: storage.sessions, issuer: issuer, settings: settings, throttling: throttling)
        logout = LogoutService(sessions: storage.sessions)
        ownPasswords = PasswordChangeService(
            accounts: storage.accounts, passwordStore: storage.passwords, passwords: passwords, opener: opener,
            settings: settings, throttling: throttling, refusals: refusals, contextWords: words)
        profile = ProfileService(accounts: storage.accounts, passwords: ownPasswords, throttling: throttling)
        sessions = administration.sessions
        identity = IdentityService(codec: codec, sessions: storage.sessions, memory: memory)
    }
}

/// The use cases of operators, which need no server and no secret of one.
public struct Administration: Sendable {
    public let accounts: AccountService
    public let sessions: SessionService
    public let settings: DynamicSettings
    public let audit: any AuditStore
    public let cleanup: CleanupService

    init(_ storage: Storage, passwords: Passwords, settings: DynamicSettings) {
        accounts = AccountService(accounts: storage.accounts, passwordStore: storage.passwords, passwords: passwords)
        sessions = SessionService(sessions: storage.sessions)
        self.settings = settings
        audit = storage.audit
        cleanup = CleanupService(sessions: storage.sessions, audit: storage.audit) {
            settings.snapshot[.auditRetention]
        }
    }
}
