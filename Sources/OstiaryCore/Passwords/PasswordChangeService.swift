// SPDX-License-Identifier: Apache-2.0

/// A user's own password: its change ends every other session (ASVS 7.4.3); the deletion of the account asks for it.
public struct PasswordChangeService: Sendable {
    private let accounts: any AccountStore
    private let passwordStore: any PasswordStore
    private let passwords: Passwords
    private let opener: SessionOpener
    private let settings: DynamicSettings
    private let throttling: Throttling
    private let refusals: RefusalCounter
    private let contextWords: [String]

    package init(
        accounts: any AccountStore, passwordStore: any PasswordStore, passwords: Passwords, opener: SessionOpener,
        settings: DynamicSettings, throttling: Throttling, refusals: RefusalCounter,
        contextWords: [String] = PasswordPolicy.contextWords(publicURL: nil)
    ) {
        self.accounts = accounts
        self.passwordStore = passwordStore
        self.passwords = passwords
        self.opener = opener
        self.settings = settings
        self.throttling = throttling
        self.refusals = refusals
        self.contextWords = contextWords
    }

    /// The outcome of ``change(of:from:to:in:)``.
    public enum Outcome: Sendable {
        /// The password was changed and every session has ended. The tokens belong to a new session.
        case changed(TokenPair)
        /// The current password is wrong. Nothing was changed.
        case wrongPassword
        /// The new password breaks the policy. Nothing was changed.
        case refused([PasswordViolation])
    }

    /// Changes the password, ends every session of the user and opens a new one.
    /// - Parameters:
    ///   - user: the account.
    ///   - current: the current password, exactly as sent.
    ///   - new: the new password, exactly as sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func change(
        of user: User, from current: String, to new: String, in context: RequestContext
    ) async throws -> Outcome {
        guard let encoded = try await verified(user, current, in: context) else { return .wrongPassword }
        let violations = PasswordPolicy.violations(
            of: PasswordText.normalized(new) ?? new, attributes: Self.attributes(of: user), contextWords: contextWords,
            minimumLength: settings.snapshot[.passwordMinimumLength]
        )
        guard violations.isEmpty else { return .refused(violations) }
        let replacement = try await passwords.hash(new)
        let pair = try await opener.open(
            for: user.id, by: .password(verified: encoded),
            from: context.origin.address.map(Network.init)?.knowable, notice: .passwordChanged, in: context
        ) { try await passwordStore.changePassword(to: replacement, opening: $0, in: $1) }
        // nil: another call has changed the password since it was verified.
        return pair.map(Outcome.changed) ?? .wrongPassword
    }

    /// Deletes the account with everything that belongs to it.
    /// - Returns: false for a wrong password; nothing was deleted then.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func deleteAccount(of user: User, password: String, in context: RequestContext) async throws -> Bool {
        guard let encoded = try await verified(user, password, in: context) else { return false }
        return try await accounts.delete(id: user.id, proof: .password(verified: encoded), in: context)
    }

    /// Verifies the current password of a user.
    /// - Returns: the encoded password that matched; nil for a wrong password.
    func verified(_ user: User, _ password: String, in context: RequestContext) async throws -> String? {
        do { try await throttling.admitPassword(of: user.id, in: context) } catch let throttled as Throttled {
            refusals.count(.passwordRefused, cause: throttled.scope.rawValue, user: user.id, in: context)
            throw throttled
        }
        let credential: PasswordRecord? =
            if let email = EmailAddress(ofAnyAccount: user.email) {
                try await accounts.credential(email: email, in: context)
            } else {
                nil
            }
        let encoded = credential?.user.id == user.id ? credential?.encodedPassword : nil
        guard try await passwords.verify(password, against: encoded).valid else {
            refusals.count(.passwordRefused, cause: "wrong_password", user: user.id, in: context)
            return nil
        }
        await throttling.passwordProven(by: user.id)
        return encoded
    }

    /// The attributes by the names of Django's `UserAttributeSimilarityValidator`.
    static func attributes(of user: User) -> [(name: String, value: String)] {
        [
            ("username", user.username), ("first name", user.firstName), ("last name", user.lastName),
            ("email", user.email),
        ]
    }
}
