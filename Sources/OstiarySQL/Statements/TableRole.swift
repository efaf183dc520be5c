// SPDX-License-Identifier: Apache-2.0

/// A table that another program may keep, and its indexes. A statement names the role; ``AdoptedTables`` tells the table
/// where it is not one of the product.
package enum TableRole: Sendable, Hashable {
    /// The accounts.
    case users
    /// Groups: `id`, `name`.
    case groups
    /// Members of groups: `group_id`, `user_id`.
    case groupMembers
    /// Permissions of groups: `group_id`, `permission`.
    case groupPermissions
    /// Permissions of accounts: `user_id`, `permission`.
    case userPermissions
    /// The order to use an index of the accounts, which an adopted table may have lost.
    case userIndex(SQLDialect.Index, SQLDialect)

    /// The text for a database that keeps its own accounts.
    var ownText: StaticString {
        switch self {
        case .users: "ostiary_user"
        case .groups: "ostiary_group"
        case .groupMembers: "ostiary_group_member"
        case .groupPermissions: "ostiary_group_permission"
        case .userPermissions: "ostiary_user_permission"
        case .userIndex(let index, let dialect): dialect.using(index)
        }
    }
}
