// SPDX-License-Identifier: Apache-2.0

/// Changes of a user's own profile.
public struct ProfileService: Sendable {
    /// The seconds after its login in which a session counts as much as the password.
    public static let freshness = 600

    private let accounts: any AccountStore
    private let passwords: PasswordChangeService
    private let throttling: Throttling
    private let sendsMail: Bool

    /// - Parameter sendsMail: true if another address has to be confirmed by mail.
    package init(
        accounts: any AccountStore, passwords: PasswordChangeService, throttling: Throttling, sendsMail: Bool = false
    ) {
        self.sendsMail = sendsMail
        self.accounts = accounts
        self.passwords = passwords
        self.throttling = throttling
    }

    /// The outcome of ``update(_:email:username:password:in:)``.
    public enum Outcome: Sendable, Equatable {
        /// The user after the change.
        case updated(User)
        /// Another account has the address. Nothing was changed.
        case emailTaken
        /// The account was deleted meanwhile.
        case unknownUser
        /// The login would change, the session is not fresh and no password was sent. Nothing was changed.
        case passwordNeeded
        /// The password that was sent is wrong. Nothing was changed.
        case wrongPassword
        /// Another address is confirmed by mail (``EmailService``). Nothing was changed.
        case confirmationNeeded
    }

    /// Changes the fields that are not nil.
    /// - Parameters:
    ///   - identity: the proven caller.
    ///   - email: another login needs a session that began within ``freshness``, or the password: an access token alone
    ///     must not take an account away (ASVS 7.5.1).
    ///   - username: the new display name; nil to leave it.
    ///   - password: the current password; nil if none was sent.
    ///   - context: the context of the call: author, time, deadline.
    /// - Throws: ``Throttled``, ``StoreUnavailable``, ``Overloaded``, ``PasswordHashingFailed``.
    public func update(
        _ identity: Identity, email: EmailAddress?, username: String?, password: String?,
        in context: RequestContext
    ) async throws -> Outcome {
        let user = identity.user
        // The cached user only chooses the budgets and the answer; the store compares the addresses itself.
        let isOther = email.map { $0.key != EmailAddress(user.email)?.key } ?? false
        if isOther && sendsMail { return .confirmationNeeded }
        try await throttling.admitProfile(
            of: user.id, tryingAddressFrom: isOther ? .some(context.origin.address.map(Network.init)) : nil, in: context
        )
        guard email != nil || username != nil else { return .updated(user) }
        var change = ProfileChange(email: email, username: username)
        if isOther, let password {
            guard let encoded = try await passwords.verified(user, password, in: context) else { return .wrongPassword }
            change.proof = .password(verified: encoded)
        } else if let session = identity.token.sessionID, !sendsMail {
            change.proof = .session(session, authenticatedSince: context.now.adding(seconds: -Self.freshness))
        }
        switch try await accounts.update(id: user.id, with: change, in: context) {
        case .updated(let user, _): return .updated(user)
        case .emailTaken: return .emailTaken
        case .unknownUser: return .unknownUser
        // The account had the address until a moment ago.
        case .unproven where sendsMail: return .confirmationNeeded
        case .unproven: return password == nil ? .passwordNeeded : .wrongPassword
        }
    }
}
