// SPDX-License-Identifier: Apache-2.0

/// Creates the first superuser by a one-time link, so that a new server has neither a default password nor an
/// administrator who came first by chance.
public struct SetupService: Sendable {
    private let store: any SetupStore
    private let passwords: Passwords
    private let settings: DynamicSettings
    private let throttling: Throttling
    private let contextWords: [String]

    package init(
        store: any SetupStore, passwords: Passwords, settings: DynamicSettings, throttling: Throttling,
        contextWords: [String] = PasswordPolicy.contextWords(publicURL: nil)
    ) {
        self.store = store
        self.passwords = passwords
        self.settings = settings
        self.throttling = throttling
        self.contextWords = contextWords
    }

    /// The outcome of ``setUp(with:email:password:in:)``.
    public enum Outcome: Sendable, Equatable {
        /// The account exists now, with every permission.
        case created(User)
        /// Another account has the address. The link stays valid.
        case emailTaken
        /// The password may not be used, for these reasons. The link stays valid.
        case passwordRefused([PasswordViolation])
        /// The link is unknown, used or expired, or there is a superuser already.
        case linkRefused
    }

    /// True if there is an active superuser.
    /// - Throws: ``StoreUnavailable``.
    public func hasSuperuser(in context: RequestContext) async throws -> Bool {
        try await store.hasSuperuser(in: context)
    }

    /// Makes a link.
    /// - Returns: nil if there is an active superuser.
    /// - Throws: ``StoreUnavailable``.
    package func offer(in context: RequestContext) async throws -> SetupLink? {
        // The write decides; most servers have a superuser and need none.
        guard try await !store.hasSuperuser(in: context) else { return nil }
        let link = SetupLink()
        let expiry = context.now.adding(seconds: SetupLink.lifetime)
        return try await store.offer(link.digest, until: expiry, in: context) ? link : nil
    }

    /// Creates the first superuser.
    /// - Parameters:
    ///   - link: the link's secret; nil for a malformed one, which is refused like an unknown one.
    ///   - email: the address of the superuser.
    ///   - password: exactly as sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func setUp(
        with link: SetupLink?, email: EmailAddress, password: String, in context: RequestContext
    ) async throws -> Outcome {
        try await throttling.admitRegistration(from: context.origin.address.map(Network.init), in: context)
        guard let link, try await !store.hasSuperuser(in: context) else { return .linkRefused }
        let violations = PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password, attributes: [(name: "email", value: email.text)],
            contextWords: contextWords, minimumLength: settings.snapshot[.passwordMinimumLength])
        guard violations.isEmpty else { return .passwordRefused(violations) }
        var user = NewUser(email: email, encodedPassword: try await passwords.hash(password))
        (user.isStaff, user.isSuperuser) = (true, true)
        switch try await store.redeem(link.digest, creating: user, in: context) {
        case .created(let user): return .created(user)
        case .emailTaken: return .emailTaken
        case .refused: return .linkRefused
        }
    }
}
