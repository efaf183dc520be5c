// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The tables of `django.contrib.auth` beside that of the accounts. The columns that lead to the accounts are named after
/// the model, which only the foreign keys tell.
package struct GroupTables: Sendable, Hashable {
    /// The members of groups: a table, and its columns for the account and the group.
    var members: ForeignKey
    /// The permissions of accounts: a table, and its column for the account.
    var permissions: ForeignKey

    static let group = QuotedName("auth_group")
    static let permission = QuotedName("auth_permission")

    /// - Parameter keys: all foreign keys of the schema.
    /// - Returns: nil unless there are both tables, by the names that Django gives them: a table of an application may
    ///   refer to accounts and groups, too, and its rows are no memberships.
    init?(of users: QuotedName, among keys: [ForeignKey]) {
        func link(to other: QuotedName?, by suffix: StaticString) -> ForeignKey? {
            let name = QuotedName("\(users.text)\(suffix)")
            guard keys.contains(where: { $0.table == name && $0.target == other }) else { return nil }
            return keys.first { $0.table == name && $0.target == users }
        }
        guard let members = link(to: Self.group, by: "_groups"),
            let permissions = link(to: Self.permission, by: "_user_permissions")
        else { return nil }
        self.members = members
        self.permissions = permissions
    }

    func has(_ table: QuotedName) -> Bool { table == members.table || table == permissions.table }

    /// The subselect that stands for a table of the product.
    static func text(of role: TableRole, _ tables: GroupTables?, users: QuotedName) -> String {
        let name = permissionName(users: users)
        let meaning =
            "JOIN auth_permission p ON p.id = l.permission_id JOIN django_content_type c ON c.id = p.content_type_id"
        return switch (role, tables) {
        case (.groups, _?): "auth_group"
        case (.groupMembers, let tables?):
            "(SELECT l.group_id, l.\(tables.members.column) AS user_id FROM \(tables.members.table) l)"
        case (.groupPermissions, _?):
            "(SELECT l.group_id, \(name) AS permission FROM auth_group_permissions l \(meaning))"
        case (.userPermissions, let tables?):
            """
            (SELECT l.\(tables.permissions.column) AS user_id, \(name) AS permission \
            FROM \(tables.permissions.table) l \(meaning))
            """
        case (.groups, nil): "(SELECT CAST(NULL AS BIGINT) AS id, CAST(NULL AS TEXT) AS name WHERE 1 = 0)"
        case (.groupMembers, nil), (.groupPermissions, nil), (.userPermissions, nil):
            """
            (SELECT CAST(NULL AS BIGINT) AS group_id, CAST(NULL AS BIGINT) AS user_id, CAST(NULL AS TEXT) AS permission \
            WHERE 1 = 0)
            """
        case (.users, _), (.userIndex, _): ""
        }
    }

    /// The words in the names of Django's rights over accounts and groups, and those of the rights of the product.
    private static let actions = ["view", "add", "change", "delete"]

    /// The expression of a permission's name: that of the product for the rights over accounts and groups, which the
    /// model of the accounts names otherwise in each project, and `app.codename` for all others.
    private static func permissionName(users: QuotedName) -> String {
        let isUser = "c.app_label || '_' || c.model = '\(users.text.asciiLowercased)'"
        let isGroup = "c.app_label = 'auth' AND c.model = 'group'"
        let cases = actions.map { action in
            """
            WHEN \(isUser) AND p.codename = '\(action)_' || c.model THEN 'ostiary.\(action)_user' \
            WHEN \(isGroup) AND p.codename = '\(action)_group' THEN 'ostiary.\(action)_group'
            """
        }
        return "CASE \(cases.joined(separator: " ")) ELSE c.app_label || '.' || p.codename END"
    }
}

extension String {
    fileprivate var asciiLowercased: String { EmailAddress.key(of: self) }
}
