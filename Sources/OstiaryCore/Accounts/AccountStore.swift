// SPDX-License-Identifier: Apache-2.0

/// Where accounts are kept. Each method is one transaction; uniqueness of e-mail is decided inside it.
///
/// Every method may throw ``StoreUnavailable`` when the storage cannot be reached; nothing has happened then.
public protocol AccountStore: Sendable {
    func create(_ user: NewUser, in context: RequestContext) async throws -> AccountCreation
    func user(id: User.ID, in context: RequestContext) async throws -> User?
    /// - Parameter network: whose last login to the account is told too; nil for none.
    func credential(
        email: EmailAddress, from network: Network?, in context: RequestContext
    ) async throws -> Credential?
    /// Changes what is not nil. Another address is taken only if the change's proof holds inside the transaction.
    func update(
        id: User.ID, with change: ProfileChange, in context: RequestContext
    ) async throws -> ProfileUpdate
    /// Deactivation ends every session of the user, so that nothing comes back with an activation.
    /// - Returns: the user as it is now; nil if there is none.
    func setActive(
        _ isActive: Bool, email: EmailAddress, in context: RequestContext
    ) async throws -> User?
    /// Deletes the user with everything that belongs to it.
    func delete(email: EmailAddress, in context: RequestContext) async throws -> Bool
    /// Deletes the user with everything that belongs to it, while the proof holds.
    func delete(id: User.ID, proof: AuthenticationProof, in context: RequestContext) async throws -> Bool
    /// Users in the order of their ids.
    func list(after id: User.ID, limit: Int, in context: RequestContext) async throws -> [User]
}

extension AccountStore {
    public func credential(email: EmailAddress, in context: RequestContext) async throws -> Credential? {
        try await credential(email: email, from: nil, in: context)
    }
}

public enum AccountCreation: Sendable, Equatable {
    case created(User)
    case emailTaken
}

/// What `PUT /api/me/` may change; nil leaves a field as it is.
public struct ProfileChange: Sendable, Equatable {
    public var email: EmailAddress?
    public var username: String?
    /// Lets the account have another login: whoever holds no more than an access token must not take it away.
    public var proof: Proof

    public enum Proof: Sendable, Equatable {
        case none
        /// While the account has the password that was verified, in its encoded form.
        case password(verified: String)
        /// While this session of the account goes on, and if its user proved who they are at that moment or later.
        case session(SessionID, authenticatedSince: Timestamp)
        /// An operator's word.
        case authority
    }

    public init(email: EmailAddress? = nil, username: String? = nil, proof: Proof = .none) {
        self.email = email
        self.username = username
        self.proof = proof
    }
}

extension User {
    /// The same account after a change.
    package func changed(by change: ProfileChange) -> User {
        var user = self
        user.email = change.email?.text ?? email
        user.username = change.username ?? username
        return user
    }
}

public enum ProfileUpdate: Sendable, Equatable {
    /// - Parameter renamed: whether it has another login than before.
    case updated(User, renamed: Bool)
    case emailTaken
    case unknownUser
    /// The proof does not hold. Nothing was changed.
    case unproven
}

/// The storage cannot answer now. The request changed nothing and may be sent again.
public struct StoreUnavailable: Error, CustomStringConvertible, CustomDebugStringConvertible {
    private let reason: String

    /// - Parameter reason: for operators; may name files and engine codes, never a secret.
    public init(reason: String) { self.reason = reason }

    public var description: String { "The storage is unavailable." }
    public var debugDescription: String { "The storage is unavailable: \(reason)" }
}
