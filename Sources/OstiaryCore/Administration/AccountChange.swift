// SPDX-License-Identifier: Apache-2.0

/// A change of an account by an administrator; nil leaves a field as it is.
public struct AccountChange: Sendable, Equatable {
    /// The new login.
    public var email: EmailAddress?
    /// The new display name; may be blank.
    public var username: String?
    /// The new given name; may be blank.
    public var firstName: String?
    /// The new family name; may be blank.
    public var lastName: String?
    /// False ends every session, so that activation restores none.
    public var isActive: Bool?
    /// True for a member of the staff, who may enter the administration.
    public var isStaff: Bool?
    /// True for an account that has every permission.
    public var isSuperuser: Bool?
    /// The groups after the change.
    public var groups: Set<Group.ID>?
    /// The account's own permissions after the change, beside those of its groups.
    public var permissions: Set<Permission>?

    /// A change that leaves every field as it is.
    public init() {}

    /// The change without the fields that an account has already.
    package func differing(from detail: AccountDetail) -> AccountChange {
        func new<Value: Equatable>(_ value: Value?, _ old: Value) -> Value? { value == old ? nil : value }
        func text(_ value: String?, _ old: String) -> String? {
            value.flatMap { $0.hasSameBytes(as: old) ? nil : $0 }
        }
        var change = self
        let user = detail.user
        if let email, email.text.hasSameBytes(as: user.email) { change.email = nil }
        change.username = text(username, user.username)
        change.firstName = text(firstName, user.firstName)
        change.lastName = text(lastName, user.lastName)
        change.isActive = new(isActive, user.isActive)
        change.isStaff = new(isStaff, user.isStaff)
        change.isSuperuser = new(isSuperuser, user.isSuperuser)
        change.groups = new(groups, Set(detail.groups.map(\.id)))
        change.permissions = new(permissions, detail.permissions)
        return change
    }

    /// True if the change is about more than names: it needs a recent login.
    public var concernsAccess: Bool {
        email != nil || isActive != nil || isStaff != nil || isSuperuser != nil || groups != nil || permissions != nil
    }
}

/// The outcome of ``AccountStore/change(id:with:in:)``.
public enum AccountChangeOutcome: Sendable, Equatable {
    /// The account after the change.
    case changed(AccountDetail)
    /// Another account has the address. Nothing was changed.
    case emailTaken
    /// There is no such account.
    case unknownUser
    /// There is no such group. Nothing was changed.
    case unknownGroup(Group.ID)
}

/// An account with everything that an administrator sees of it.
public struct AccountDetail: Sendable, Equatable {
    /// The account without password and rights.
    public var user: User
    /// In the order of their names, at most ``maximumGroups``.
    public var groups: [Group.Reference]
    /// The account's own permissions, beside those of its groups.
    public var permissions: Set<Permission>
    /// All permissions, with those of the groups.
    public var rights: Rights
    /// The form of the stored password, without the password.
    public var password: PasswordSummary
    /// True if an administrator has set the password, and the user has to change it.
    public var isPasswordChangeRequired: Bool
    /// The number of live sessions, counted up to ``maximumSessions``.
    public var sessions: Int

    /// The most groups of one account.
    public static let maximumGroups = 500
    /// The number of sessions at which counting ends.
    public static let maximumSessions = 100

    /// - Parameters:
    ///   - user: the account itself.
    ///   - groups: the groups in the order of their names, at most ``maximumGroups``.
    ///   - permissions: the account's own permissions.
    ///   - rights: all permissions, with those of the groups.
    ///   - password: the form of the stored password.
    ///   - isPasswordChangeRequired: true if the user has to change the password.
    ///   - sessions: the number of live sessions, counted up to ``maximumSessions``.
    public init(
        user: User, groups: [Group.Reference], permissions: Set<Permission>, rights: Rights, password: PasswordSummary,
        isPasswordChangeRequired: Bool, sessions: Int
    ) {
        self.user = user
        self.groups = groups
        self.permissions = permissions
        self.rights = rights
        self.password = password
        self.isPasswordChangeRequired = isPasswordChangeRequired
        self.sessions = sessions
    }
}

/// An action on one or several accounts.
public enum AccountAction: String, Sendable, CaseIterable {
    /// Lets the account log in again; its ended sessions stay ended.
    case activate
    /// Refuses logins of the account and ends its sessions.
    case deactivate
    /// Deletes the account with everything that belongs to it.
    case delete
    /// Ends every session of the account.
    case endSessions = "end_sessions"

    /// The permission that the action needs.
    public var permission: Permission {
        switch self {
        case .activate, .deactivate: .changeUser
        case .delete: .deleteUser
        case .endSessions: .deleteSession
        }
    }
}

/// The outcome of an action on several accounts or sessions.
public struct ActionCounts: Sendable, Equatable {
    /// The number of those that the action was done to, or that were so already.
    public var done = 0
    /// The number of those that the author may not touch.
    public var refused = 0
    /// The number of those that do not exist, or exist no more.
    public var notFound = 0

    /// - Parameters:
    ///   - done: the number of those that the action was done to.
    ///   - refused: the number of those that the author may not touch.
    ///   - notFound: the number of those that do not exist.
    public init(done: Int = 0, refused: Int = 0, notFound: Int = 0) {
        self.done = done
        self.refused = refused
        self.notFound = notFound
    }

    package static func + (left: Self, right: Self) -> Self {
        Self(
            done: left.done + right.done, refused: left.refused + right.refused,
            notFound: left.notFound + right.notFound)
    }
}
