// SPDX-License-Identifier: Apache-2.0

/// The store of accounts. Each method is one transaction, which also decides whether an e-mail address is taken.
///
/// Every method throws ``StoreUnavailable`` where the storage cannot be reached; it has changed nothing then. Methods by
/// which administrators create, change and delete accounts throw ``AdministrationRefusal`` if the author of the context
/// is a user who may not do it; any other author may.
public protocol AccountStore: Sendable {
    /// Creates an account, unless its e-mail address is taken in any case of its letters.
    func create(_ user: NewUser, in context: RequestContext) async throws -> AccountCreation
    /// - Returns: nil if there is no such user.
    func user(id: User.ID, in context: RequestContext) async throws -> User?
    /// Finds an account by its login, with its password.
    /// - Parameters:
    ///   - email: the address of the account.
    ///   - network: if given, ``PasswordRecord/lastSignIn`` is the account's last login from this network.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if there is no such account.
    func credential(
        email: EmailAddress, from network: Network?, in context: RequestContext
    ) async throws -> PasswordRecord?
    /// Changes the fields that are not nil. Another address is set only if the change's proof holds inside the
    /// transaction.
    func update(
        id: User.ID, with change: ProfileChange, in context: RequestContext
    ) async throws -> ProfileUpdate
    /// Activates or deactivates an account. Deactivation ends every session, so that activation restores none.
    /// - Returns: nil if there is no such account.
    func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) async throws -> Activation?
    /// Records that an account is unlocked, and announces it: the servers make its budgets whole (`UnlockService`).
    /// - Returns: false if there is no such account.
    func unlock(id: User.ID, in context: RequestContext) async throws -> Bool
    /// Lists the known networks of an account, the one used last first.
    /// - Parameters:
    ///   - id: the id of the account.
    ///   - limit: the most networks to return.
    ///   - context: the context of the call: author, time, deadline.
    func knownNetworks(of id: User.ID, limit: Int, in context: RequestContext) async throws -> [Network]
    /// Deletes the user with everything that belongs to it.
    /// - Returns: false if there is no such account.
    func delete(id: User.ID, in context: RequestContext) async throws -> Bool
    /// Deletes the user with everything that belongs to it, if the proof holds inside the transaction.
    /// - Returns: false if there is no such account, or the proof does not hold.
    func delete(id: User.ID, proof: AuthenticationProof, in context: RequestContext) async throws -> Bool
    /// Reads an account with everything that an administrator sees of it.
    /// - Returns: nil if there is no such account.
    func detail(id: User.ID, in context: RequestContext) async throws -> AccountDetail?
    /// Changes the fields that are not nil, as an administrator.
    func change(
        id: User.ID, with change: AccountChange, in context: RequestContext
    ) async throws -> AccountChangeOutcome
    /// Does one action to several accounts. An account that the author may not touch is counted and left as it is.
    /// - Parameters:
    ///   - action: the action.
    ///   - ids: at most 500 accounts.
    ///   - context: the context of the call: author, time, deadline.
    func perform(
        _ action: AccountAction, on ids: [User.ID], in context: RequestContext
    ) async throws -> ActionCounts
    /// Lists users in the order of their ids.
    /// - Parameters:
    ///   - id: the id after which the list begins.
    ///   - limit: the most users to return.
    ///   - context: the context of the call: author, time, deadline.
    func list(after id: User.ID, limit: Int, in context: RequestContext) async throws -> [User]
    /// Lists the users that match a query, a page at a time.
    func users(_ query: UserQuery, in context: RequestContext) async throws -> ListPage<User>
    /// Lists the ids of the users that match a query, in an order of the store's choice: ``UserQuery/order``,
    /// ``UserQuery/cursor`` and the size of a page do not count.
    /// - Parameters:
    ///   - query: the filters; order, cursor and size of a page do not count.
    ///   - cursor: the ``ListPage/next`` of the page before; nil for the first one.
    ///   - limit: the most ids to return.
    ///   - context: the context of the call: author, time, deadline.
    func ids(
        matching query: UserQuery, after cursor: PageCursor?, limit: Int, in context: RequestContext
    ) async throws -> ListPage<User.ID>
}

extension AccountStore {
    /// Finds an account by its login, with its password; ``PasswordRecord/lastSignIn`` is nil.
    /// - Returns: nil if there is no such account.
    /// - Throws: ``StoreUnavailable``.
    public func credential(email: EmailAddress, in context: RequestContext) async throws -> PasswordRecord? {
        try await credential(email: email, from: nil, in: context)
    }

    /// Counts the users that match a query.
    /// - Parameters:
    ///   - query: the filters; order, cursor and size of a page do not count.
    ///   - most: the count at which counting ends.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: at most `most`; `isMore` is true if there are more.
    /// - Throws: ``StoreUnavailable``, `CancellationError`.
    public func count(
        _ query: UserQuery, atMost most: Int, in context: RequestContext
    ) async throws -> (count: Int, isMore: Bool) {
        var (count, cursor) = (0, PageCursor?.none)
        repeat {
            try Task.checkCancellation()
            let page = try await ids(matching: query, after: cursor, limit: min(most + 1 - count, 5_000), in: context)
            (count, cursor) = (count + page.items.count, page.next)
        } while cursor != nil && count <= most
        return (min(count, most), count > most)
    }
}

/// The outcome of ``AccountStore/create(_:in:)``.
public enum AccountCreation: Sendable, Equatable {
    /// The account exists now; the user has its id.
    case created(User)
    /// Another account has the address. Nothing was changed.
    case emailTaken
}

/// The outcome of ``AccountStore/setActive(_:id:in:)``.
public struct Activation: Sendable, Equatable {
    /// The user after the change.
    public var user: User
    /// False if the account was active, or inactive, already.
    public var isChange: Bool
    /// The number of live sessions that a deactivation ended. An account that another program has deactivated may have
    /// some, too.
    public var endedSessions: Int

    /// - Parameters:
    ///   - user: the user after the change.
    ///   - isChange: false if the account was active, or inactive, already.
    ///   - endedSessions: the number of live sessions that a deactivation ended.
    public init(user: User, isChange: Bool, endedSessions: Int = 0) {
        self.user = user
        self.isChange = isChange
        self.endedSessions = endedSessions
    }
}

/// A change of a user's own fields; nil leaves a field as it is.
public struct ProfileChange: Sendable, Equatable {
    /// The new login, which ``proof`` has to allow.
    public var email: EmailAddress?
    /// The new display name; may be blank.
    public var username: String?
    /// Evidence that allows another login: an access token alone must not take an account away (ASVS 7.5.1).
    public var proof: Proof

    /// Evidence for a change of the login. The store checks it inside the transaction.
    public enum Proof: Sendable, Equatable {
        /// No evidence: the login cannot change.
        case none
        /// Holds while the account has this encoded password, which was verified before.
        case password(verified: String)
        /// Holds while this session of the account is live, if its user authenticated at that moment or later.
        case session(SessionID, authenticatedSince: Timestamp)
        /// Always holds: an operator makes the change.
        case authority
    }

    /// - Parameters:
    ///   - email: the new login; nil to keep the present one.
    ///   - username: the new display name; nil to keep the present one.
    ///   - proof: evidence for another login; ``Proof/none`` suffices for a change of the name.
    public init(email: EmailAddress? = nil, username: String? = nil, proof: Proof = .none) {
        self.email = email
        self.username = username
        self.proof = proof
    }
}

extension User {
    /// The user after a change.
    package func changed(by change: ProfileChange) -> User {
        var user = self
        if let email = change.email, !email.text.hasSameBytes(as: self.email) {
            // An address that differs in case only is the same login, and as proven as before.
            user.isEmailVerified = isEmailVerified && email.key.hasSameBytes(as: EmailAddress.key(of: self.email))
            user.email = email.text
        }
        user.username = change.username ?? username
        return user
    }
}

/// The outcome of ``AccountStore/update(id:with:in:)``.
public enum ProfileUpdate: Sendable, Equatable {
    /// The user after the change.
    /// - Parameter renamed: true if the login is another one than before.
    case updated(User, renamed: Bool)
    /// Another account has the address. Nothing was changed.
    case emailTaken
    /// There is no such user.
    case unknownUser
    /// The login would change and the proof does not hold. Nothing was changed.
    case unproven
}

/// The storage cannot answer now. The call changed nothing and may be repeated.
public struct StoreUnavailable: Error, CustomStringConvertible, CustomDebugStringConvertible {
    private let reason: String

    /// - Parameter reason: for operators; may name files and engine codes, never a secret.
    public init(reason: String) { self.reason = reason }

    public var description: String { "The storage is unavailable." }
    public var debugDescription: String { "The storage is unavailable: \(reason)" }
}
