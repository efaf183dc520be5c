// SPDX-License-Identifier: Apache-2.0

/// The store of groups and permissions. Each method is one transaction.
///
/// Every method throws ``StoreUnavailable`` where the storage cannot be reached, and every writing one
/// ``AdministrationRefusal`` if the author of the context is a user who may not do it; it has changed nothing then.
public protocol PermissionStore: Sendable {
    /// Reads the rights of a user and the state of a session of theirs, by one query.
    /// - Returns: nil if there is no such user.
    func standing(of user: User.ID, session: SessionID?, in context: RequestContext) async throws -> StaffStanding?

    /// Lists groups in the order of the bytes of their names.
    /// - Parameters:
    ///   - name: the name after which the list begins; nil for the first page.
    ///   - limit: the most groups to return.
    ///   - context: the context of the call: author, time, deadline.
    func groups(after name: String?, limit: Int, in context: RequestContext) async throws -> [Group]
    /// - Returns: nil if there is no such group.
    func group(id: Group.ID, in context: RequestContext) async throws -> Group?
    /// Creates a group, unless another one has the name.
    /// - Parameters:
    ///   - name: at most ``Group/maximumNameLength`` code points.
    ///   - permissions: at most ``Group/maximumPermissions``.
    ///   - context: the context of the call: author, time, deadline.
    func addGroup(
        named name: String, permissions: Set<Permission>, in context: RequestContext
    ) async throws -> GroupOutcome
    /// Changes the fields of a group that are not nil, and its members.
    func changeGroup(id: Group.ID, with change: GroupChange, in context: RequestContext) async throws -> GroupOutcome
    /// Deletes a group; its members lose its permissions.
    /// - Returns: false if there is no such group.
    func deleteGroup(id: Group.ID, in context: RequestContext) async throws -> Bool
}

/// The rights of a user who asks for an administrator's operation, as the database has them now.
public struct StaffStanding: Sendable, Equatable {
    /// The flags and permissions of the user.
    public var rights: Rights
    /// False if the session has ended, or is none of the user's.
    public var isSessionLive: Bool
    /// The time of the login that opened the session; nil for a token without session.
    public var authenticatedAt: Timestamp?

    /// - Parameters:
    ///   - rights: the flags and permissions of the user.
    ///   - isSessionLive: false if the session has ended, or is none of the user's.
    ///   - authenticatedAt: the time of the login that opened the session; nil for a token without session.
    public init(rights: Rights, isSessionLive: Bool, authenticatedAt: Timestamp?) {
        self.rights = rights
        self.isSessionLive = isSessionLive
        self.authenticatedAt = authenticatedAt
    }
}
