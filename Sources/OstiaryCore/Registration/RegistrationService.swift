// SPDX-License-Identifier: Apache-2.0

/// Registration by users: the password is validated, and an e-mail address has one account.
public struct RegistrationService: Sendable {
    private let accounts: any AccountStore
    private let passwords: Passwords
    private let settings: DynamicSettings
    private let throttling: Throttling
    private let contextWords: [String]

    package init(
        accounts: any AccountStore, passwords: Passwords, settings: DynamicSettings, throttling: Throttling,
        contextWords: [String] = PasswordPolicy.contextWords(publicURL: nil)
    ) {
        self.contextWords = contextWords
        self.accounts = accounts
        self.passwords = passwords
        self.settings = settings
        self.throttling = throttling
    }

    /// The outcome of ``register(email:password:in:)``.
    public enum Outcome: Sendable, Equatable {
        /// The account exists now.
        case registered(User)
        /// Another account has the address, in any case of its letters.
        case emailTaken
        /// The password breaks the policy. No account was created.
        case passwordRefused([PasswordViolation])
    }

    /// Tells whether an address is taken, for a registration that is refused for other fields. It takes from the budget
    /// like a registration.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func isTaken(_ email: EmailAddress, in context: RequestContext) async throws -> Bool {
        try await throttling.admitRegistration(from: context.origin.address.map(Network.init), in: context)
        return try await accounts.credential(email: email, in: context) != nil
    }

    /// Creates an account.
    /// - Parameter password: the password, exactly as sent.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func register(
        email: EmailAddress, password: String, in context: RequestContext
    ) async throws -> Outcome {
        // The budget comes first, since the answer tells whether the address is taken.
        let network = context.origin.address.map(Network.init)
        try await throttling.admitRegistration(from: network, in: context)
        // A taken address is reported before a bad password. The insertion below decides races.
        if try await accounts.credential(email: email, in: context) != nil { return .emailTaken }
        let violations = PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password,
            attributes: [(name: "email", value: email.text)],
            contextWords: contextWords, minimumLength: settings.snapshot[.passwordMinimumLength]
        )
        guard violations.isEmpty else { return .passwordRefused(violations) }
        let encoded = try await passwords.hash(password)
        var user = NewUser(email: email, encodedPassword: encoded)
        user.network = network?.knowable
        switch try await accounts.create(user, in: context) {
        case .created(let user):
            return .registered(user)
        case .emailTaken:
            return .emailTaken
        }
    }
}
