// SPDX-License-Identifier: Apache-2.0

/// Login by e-mail and password.
public struct LoginService: Sendable {
    private let accounts: any AccountStore
    private let sessions: any SessionStore
    private let passwordStore: any PasswordStore
    private let passwords: Passwords
    private let opener: SessionOpener
    private let throttling: Throttling
    private let refusals: RefusalCounter
    /// Reads the login that a client sends. Accounts of another program may have addresses that none here could get.
    private let readAddress: @Sendable (String) -> EmailAddress?
    /// Bounds the logins that read the store at once.
    private let lookups = AsyncSemaphore(width: 16)
    /// The most verifications in one login: the account may change while its password is verified.
    private static let rounds = 3

    package init(
        accounts: any AccountStore, sessions: any SessionStore, passwordStore: any PasswordStore, passwords: Passwords,
        opener: SessionOpener, throttling: Throttling, refusals: RefusalCounter,
        readAddress: @escaping @Sendable (String) -> EmailAddress? = EmailAddress.init(_:)
    ) {
        self.readAddress = readAddress
        self.accounts = accounts
        self.sessions = sessions
        self.passwordStore = passwordStore
        self.passwords = passwords
        self.opener = opener
        self.throttling = throttling
        self.refusals = refusals
    }

    /// The login that a text names.
    /// - Parameter text: a text without blanks around it.
    /// - Returns: nil if no account can have it.
    package func address(_ text: String) -> EmailAddress? { readAddress(text) }

    /// Verifies a password and opens a session.
    /// - Parameters:
    ///   - email: the login, without blanks around it; nil for a malformed one, which is refused like an unknown one.
    ///   - password: exactly as sent.
    ///   - context: the context of the client, who is not authenticated yet.
    /// - Returns: nil if the login is refused. Every cause takes the same path and the same time (ASVS 6.3.8).
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func login(
        email: EmailAddress?, password: String, in context: RequestContext
    ) async throws -> TokenPair? {
        try passwords.requireRoom()
        let network = context.origin.address.map(Network.init)
        try await admitted(in: context) { try await throttling.admitLogin(from: network, in: context) }
        var credential = try await lookups.pass {
            // Checked again: in a burst of logins most are refused, and here they have not cost a read yet.
            try passwords.requireRoom()
            return try await self.credential(email, from: network, in: context)
        }
        // Known networks have a budget of their own and go first in the queue for hashing.
        let isKnown = credential?.isFromKnownNetwork(at: context.now) ?? false
        if let email {
            let user = credential?.user.id
            try await admitted(email, user, in: context) {
                try await throttling.admitLogin(to: email, of: user, from: network, isKnown: isKnown, in: context)
            }
        }
        // A further round is needed only if the account's row changed while its password was verified.
        for _ in 0..<Self.rounds {
            let verification = try await passwords.verify(
                password, against: credential?.encodedPassword, isKnown: isKnown
            )
            guard let current = credential, verification.valid, current.user.isActive else { break }
            let encoded = try await upgrade(
                current, password: password, needed: verification.needsRehash, in: context)
            if let pair = try await open(current, verified: encoded, network: network, in: context) {
                await throttling.loggedIn(current.user.id, from: network)
                return pair
            }
            credential = try await self.credential(email, from: network, in: context)
        }
        refusals.count(
            .loginRefused, cause: Self.cause(credential), address: email, user: credential?.user.id, in: context)
        return nil
    }

    private func admitted(
        _ email: EmailAddress? = nil, _ user: User.ID? = nil, in context: RequestContext,
        _ work: () async throws -> Void
    ) async throws {
        do { try await work() } catch let throttled as Throttled {
            refusals.count(.loginThrottled, cause: throttled.scope.rawValue, address: email, user: user, in: context)
            throw throttled
        }
    }

    /// The cause in the audit log; clients are not told.
    private static func cause(_ credential: PasswordRecord?) -> String {
        guard let credential else { return "unknown_account" }
        guard credential.user.isActive else { return "inactive_account" }
        return Passwords.isUnusable(credential.encodedPassword) ? "unusable_password" : "wrong_password"
    }

    private func credential(
        _ email: EmailAddress?, from network: Network?, in context: RequestContext
    ) async throws -> PasswordRecord? {
        guard let email else { return nil }
        return try await accounts.credential(email: email, from: network?.knowable, in: context)
    }

    /// Replaces an outdated hash.
    /// - Returns: the encoded password that the user's row should hold now.
    private func upgrade(
        _ credential: PasswordRecord, password: String, needed: Bool, in context: RequestContext
    ) async throws -> String {
        guard needed else { return credential.encodedPassword }
        let current = credential.encodedPassword
        // Under load the hash waits for the next login: its owner has proven the password and must not wait.
        guard let encoded = try await renewed(password) else { return current }
        let replaced = try await passwordStore.replacePassword(
            id: credential.user.id, current: current, with: encoded, in: context)
        return replaced ? encoded : current
    }

    private func renewed(_ password: String) async throws -> String? {
        do { return try await passwords.hash(password) } catch is Overloaded { return nil }
    }

    private func open(
        _ credential: PasswordRecord, verified: String, network: Network?, in context: RequestContext
    ) async throws -> TokenPair? {
        try await opener.open(
            for: credential.user.id, by: .password(verified: verified),
            from: credential.isNetworkToBeNoted(at: context.now) ? network?.knowable : nil,
            notice: credential.isNewLogin(from: network, at: context.now) ? .newLogin : nil, in: context
        ) { try await sessions.open($0, in: $1) }
    }
}
