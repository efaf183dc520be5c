// SPDX-License-Identifier: Apache-2.0

/// Login by e-mail and password.
public struct LoginService: Sendable {
    private let accounts: any AccountStore
    private let sessions: any SessionStore
    private let passwordStore: any PasswordStore
    private let passwords: Passwords
    private let opener: SessionOpener
    private let throttling: Throttling
    private let refusals: RefusalTally
    private let lookups = Gate(width: 16)

    package init(
        accounts: any AccountStore, sessions: any SessionStore, passwordStore: any PasswordStore, passwords: Passwords,
        opener: SessionOpener, throttling: Throttling, refusals: RefusalTally
    ) {
        self.accounts = accounts
        self.sessions = sessions
        self.passwordStore = passwordStore
        self.passwords = passwords
        self.opener = opener
        self.throttling = throttling
        self.refusals = refusals
    }

    /// - Parameters:
    ///   - email: as typed, trimmed.
    ///   - password: exactly as sent.
    ///   - context: the client's, who is nobody yet.
    /// - Returns: nil when the login is refused, for whatever cause; each cause takes the same path (ASVS 6.3.8).
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``.
    public func login(
        email: EmailAddress?, password: String, in context: RequestContext
    ) async throws -> TokenPair? {
        try passwords.requireRoom()
        let network = context.origin.address.map(Network.init)
        try await admitted(in: context) { try await throttling.admitLogin(from: network) }
        var credential = try await lookups.pass {
            // Of a crowd that comes at once most are refused, and here before they have cost a look.
            try passwords.requireRoom()
            return try await self.credential(email, from: network, in: context)
        }
        // Known networks have a budget of their own, and go first where passwords wait for their hash.
        let isKnown = credential?.isFromKnownNetwork(at: context.now) ?? false
        if let email {
            let user = credential?.user.id
            try await admitted(email, user, in: context) {
                try await throttling.admitLogin(to: email, of: user, from: network, isKnown: isKnown)
            }
        }
        // A second round only when the account's row changed while its password was being verified.
        for _ in 0..<3 {
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

    /// For operators; the client is told none.
    private static func cause(_ credential: Credential?) -> String {
        guard let credential else { return "unknown_account" }
        guard credential.user.isActive else { return "inactive_account" }
        return Passwords.isUnusable(credential.encodedPassword) ? "unusable_password" : "wrong_password"
    }

    private func credential(
        _ email: EmailAddress?, from network: Network?, in context: RequestContext
    ) async throws -> Credential? {
        guard let email else { return nil }
        return try await accounts.credential(email: email, from: network?.knowable, in: context)
    }

    /// - Returns: the encoded password that the user's row holds now, as far as this login knows.
    private func upgrade(
        _ credential: Credential, password: String, needed: Bool, in context: RequestContext
    ) async throws -> String {
        guard needed else { return credential.encodedPassword }
        let current = credential.encodedPassword
        // It can wait for the next login; its owner, who has proven the password, cannot.
        guard let encoded = try await renewed(password) else { return current }
        let replaced = try await passwordStore.replacePassword(
            id: credential.user.id, current: current, with: encoded, in: context)
        return replaced ? encoded : current
    }

    private func renewed(_ password: String) async throws -> String? {
        do { return try await passwords.hash(password) } catch is Overloaded { return nil }
    }

    private func open(
        _ credential: Credential, verified: String, network: Network?, in context: RequestContext
    ) async throws -> TokenPair? {
        try await opener.open(
            for: credential.user.id, by: .password(verified: verified),
            from: credential.isNetworkToBeNoted(at: context.now) ? network?.knowable : nil, in: context
        ) { try await sessions.open($0, in: $1) }
    }
}
