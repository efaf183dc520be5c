// SPDX-License-Identifier: Apache-2.0

/// Registration by users: the password is validated, and an e-mail address has one account.
public struct RegistrationService: Sendable {
    private let accounts: any AccountStore
    private let passwords: Passwords
    private let settings: DynamicSettings
    private let throttling: Throttling
    private let contextWords: [String]
    private let outbox: Outbox?

    /// - Parameter outbox: nil for a server that sends no mail.
    package init(
        accounts: any AccountStore, passwords: Passwords, settings: DynamicSettings, throttling: Throttling,
        contextWords: [String] = PasswordPolicy.contextWords(publicURL: nil),
        outbox: Outbox? = nil
    ) {
        self.outbox = outbox
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
        /// A message is on its way: with a link, or to the owner of the account that has the address already. There is
        /// no account before the link is used (``ConfirmedRegistrationService``).
        case confirmationNeeded
    }

    /// True if accounts exist only once a link was opened, so that no answer may tell whether an address is taken.
    private var needsConfirmation: Bool {
        outbox != nil && settings.snapshot[.emailVerification] == .required
    }

    /// Tells whether an address is taken, for a registration that is refused for other fields. It takes from the budget
    /// like a registration.
    /// - Throws: ``Throttled``, ``StoreUnavailable``.
    public func isTaken(_ email: EmailAddress, in context: RequestContext) async throws -> Bool {
        try await throttling.admitRegistration(from: context.origin.address.map(Network.init), in: context)
        guard !needsConfirmation else { return false }
        return try await accounts.credential(email: email, in: context) != nil
    }

    /// Creates an account.
    /// - Parameters:
    ///   - email: the address of the new account.
    ///   - password: the password, exactly as sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func register(
        email: EmailAddress, password: String, in context: RequestContext
    ) async throws -> Outcome {
        // The budget comes first, since the answer tells whether the address is taken.
        let network = context.origin.address.map(Network.init)
        try await throttling.admitRegistration(from: network, in: context)
        // A taken address is reported before a bad password. The insertion below decides races.
        let outbox = needsConfirmation ? self.outbox : nil
        if outbox == nil, try await accounts.credential(email: email, in: context) != nil { return .emailTaken }
        let violations = PasswordPolicy.violations(
            of: PasswordText.normalized(password) ?? password,
            attributes: [(name: "email", value: email.text)],
            contextWords: contextWords, minimumLength: settings.snapshot[.passwordMinimumLength]
        )
        guard violations.isEmpty else { return .passwordRefused(violations) }
        if outbox != nil { try await throttling.admitMail(from: network, in: context) }
        let encoded = try await passwords.hash(password)
        if let outbox {
            try await outbox.put(
                .register, to: email,
                pending: { digest, expiry in
                    PendingRegistration(digest: digest, email: email, encodedPassword: encoded, expiresAt: expiry)
                }, in: context)
            return .confirmationNeeded
        }
        return try await create(email, encoded, from: network, in: context)
    }

    private func create(
        _ email: EmailAddress, _ encoded: String, from network: Network?, in context: RequestContext
    ) async throws -> Outcome {
        var user = NewUser(email: email, encodedPassword: encoded)
        user.network = network?.knowable
        if settings.snapshot[.emailVerification] == .optional {
            user.notice = self.outbox?.notices.notice(.verify, in: context)
        }
        switch try await accounts.create(user, in: context) {
        case .created(let user):
            self.outbox?.wakeUp()
            return .registered(user)
        case .emailTaken:
            return .emailTaken
        }
    }
}
