// SPDX-License-Identifier: Apache-2.0

/// A named set of permissions, which its members have.
public struct Group: Sendable, Equatable, Identifiable {
    public let id: Int64
    /// Unique, by its bytes.
    public var name: String
    /// The permissions that each member has.
    public var permissions: Set<Permission>

    /// The longest name, in code points, as in Django.
    public static let maximumNameLength = 150
    /// The most permissions of one group, or of one account.
    public static let maximumPermissions = 500
    /// The most members that one change adds or removes.
    public static let maximumMembersOfChange = 500

    /// - Parameters:
    ///   - id: the primary key.
    ///   - name: the unique name, at most ``maximumNameLength`` code points.
    ///   - permissions: the permissions of the members, at most ``maximumPermissions``.
    public init(id: Int64, name: String, permissions: Set<Permission> = []) {
        self.id = id
        self.name = name
        self.permissions = permissions
    }

    /// A group without its permissions.
    public struct Reference: Sendable, Hashable, Identifiable {
        public let id: Group.ID
        /// The name, unique by its bytes.
        public let name: String

        /// - Parameters:
        ///   - id: the primary key of the group.
        ///   - name: its name.
        public init(id: Group.ID, name: String) {
            self.id = id
            self.name = name
        }
    }
}

/// A change of a group; nil leaves a field as it is.
public struct GroupChange: Sendable, Equatable {
    /// The new name.
    public var name: String?
    /// The permissions after the change.
    public var permissions: Set<Permission>?
    /// The accounts that become members; those that are members already stay so.
    public var added: Set<User.ID>
    /// The accounts that are members no more.
    public var removed: Set<User.ID>

    /// - Parameters:
    ///   - name: the new name; nil to keep the present one.
    ///   - permissions: the permissions after the change; nil to keep the present ones.
    ///   - added: the accounts that become members.
    ///   - removed: the accounts that are members no more.
    public init(
        name: String? = nil, permissions: Set<Permission>? = nil, added: Set<User.ID> = [],
        removed: Set<User.ID> = []
    ) {
        self.name = name
        self.permissions = permissions
        self.added = added
        self.removed = removed
    }
}

/// The outcome of a change of a group.
public enum GroupOutcome: Sendable, Equatable {
    /// The group as it is now.
    case done(Group)
    /// Another group has the name. Nothing was changed.
    case nameTaken
    /// There is no such group.
    case unknownGroup
    /// There is no such account. Nothing was changed.
    case unknownUser(User.ID)
}
