// SPDX-License-Identifier: Apache-2.0

/// The flags and permissions of an account, as the database has them at one moment.
public struct Rights: Sendable, Equatable {
    /// False for a deactivated account, which has no rights.
    public var isActive: Bool
    /// True for members of the staff, who may enter the administration.
    public var isStaff: Bool
    /// True for an account that has every permission.
    public var isSuperuser: Bool
    /// The permissions of the account itself and of its groups.
    public var permissions: Set<Permission>
    /// The groups of the account.
    public var groups: Set<Group.ID>

    /// - Parameters:
    ///   - isActive: false for a deactivated account.
    ///   - isStaff: true for a member of the staff.
    ///   - isSuperuser: true for an account that has every permission.
    ///   - permissions: the permissions of the account itself and of its groups.
    ///   - groups: the groups of the account.
    public init(
        isActive: Bool = true, isStaff: Bool = false, isSuperuser: Bool = false, permissions: Set<Permission> = [],
        groups: Set<Group.ID> = []
    ) {
        self.isActive = isActive
        self.isStaff = isStaff
        self.isSuperuser = isSuperuser
        self.permissions = permissions
        self.groups = groups
    }

    /// True if the account is active and has the permission.
    public func allows(_ permission: Permission) -> Bool {
        isActive && (isSuperuser || permissions.contains(permission))
    }

    /// True if the account is active and has each flag and permission of the other one.
    package func covers(_ other: Rights) -> Bool {
        guard isActive else { return false }
        guard !isSuperuser else { return true }
        return !other.isSuperuser && (isStaff || !other.isStaff) && other.permissions.isSubset(of: permissions)
    }
}
