// SPDX-License-Identifier: Apache-2.0

/// Registration by the user: validated password, one account for each e-mail address.
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

    public enum Outcome: Sendable, Equatable {
        case registered(User)
        case emailTaken
        case passwordRefused([PasswordViolation])
    }

    /// For a registration that is refused already, which is told whether its address is taken all the same. It counts like
    /// any other.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func isTaken(_ email: EmailAddress, in context: RequestContext) async throws -> Bool {
        try await throttling.admitRegistration(from: context.origin.address.map(Network.init))
        return try await accounts.credential(email: email, in: context) != nil
    }

    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``.
    public func register(
        email: EmailAddress, password: String, in context: RequestContext
    ) async throws -> Outcome {
        // Before the address is looked up: the answer tells whether it is taken.
        let network = context.origin.address.map(Network.init)
        try await throttling.admitRegistration(from: network)
        // Read first only for the answer's order: a taken address is told before the password is judged.
        // The insertion below decides races.
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
