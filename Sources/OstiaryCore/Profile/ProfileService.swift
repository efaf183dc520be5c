// SPDX-License-Identifier: Apache-2.0

/// What users may change of their own account.
public struct ProfileService: Sendable {
    /// Seconds after its login in which a session proves as much as the password: who has just logged in is not asked again.
    public static let freshness = 600

    private let accounts: any AccountStore
    private let passwords: PasswordChangeService
    private let throttling: Throttling

    package init(
        accounts: any AccountStore, passwords: PasswordChangeService, throttling: Throttling
    ) {
        self.accounts = accounts
        self.passwords = passwords
        self.throttling = throttling
    }

    public enum Outcome: Sendable, Equatable {
        case updated(User)
        case emailTaken
        case unknownUser
        /// Another address was asked for, and neither a fresh session nor the password was shown.
        case passwordNeeded
        case wrongPassword
    }

    /// - Parameters:
    ///   - email: another login needs a session that began within ``freshness``, or the password: an access token alone
    ///     must not take an account away (ASVS 7.5.1).
    ///   - password: nil where none was sent.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``.
    public func update(
        _ identity: Identity, email: EmailAddress?, username: String?, password: String?,
        in context: RequestContext
    ) async throws -> Outcome {
        let user = identity.user
        // What memory says of the account spares its owner a budget; the store decides for itself.
        let isOther = email.map { $0.key != EmailAddress(user.email)?.key } ?? false
        try await throttling.admitProfile(
            of: user.id, tryingAddressFrom: isOther ? .some(context.origin.address.map(Network.init)) : nil
        )
        guard email != nil || username != nil else { return .updated(user) }
        var change = ProfileChange(email: email, username: username)
        if isOther, let password {
            guard let encoded = try await passwords.verified(user, password, in: context) else { return .wrongPassword }
            change.proof = .password(verified: encoded)
        } else if let session = identity.token.sessionID {
            change.proof = .session(session, authenticatedSince: context.now.adding(seconds: -Self.freshness))
        }
        switch try await accounts.update(id: user.id, with: change, in: context) {
        case .updated(let user, _): return .updated(user)
        case .emailTaken: return .emailTaken
        case .unknownUser: return .unknownUser
        case .unproven: return password == nil ? .passwordNeeded : .wrongPassword
        }
    }
}
