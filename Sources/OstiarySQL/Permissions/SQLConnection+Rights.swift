// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The rows of an account with its groups and permissions: one row for each permission, in a result of one query.
struct RightsRows {
    /// The columns `u.is_active`, `u.is_staff`, `u.is_superuser`, `p.permission`, `p.group_id`.
    static let columns: StaticString = "u.is_active, u.is_staff, u.is_superuser, p.permission, p.group_id"
    static let count = 5

    /// The table `p` of a join with the user `u`.
    static func permissions(of user: User.ID) -> SQLQuery {
        """
        LEFT JOIN (
            SELECT permission, CAST(NULL AS BIGINT) AS group_id FROM \(table: .userPermissions) o WHERE user_id = \(user)
            UNION ALL
            SELECT g.permission, m.group_id FROM \(table: .groupMembers) m
            LEFT JOIN \(table: .groupPermissions) g ON g.group_id = m.group_id
            WHERE m.user_id = \(user)
        ) p ON TRUE
        """
    }

    static func rights(_ rows: [SQLRow]) throws -> Rights? {
        guard let first = rows.first else { return nil }
        var rights = Rights(
            isActive: try first.bool(0), isStaff: try first.bool(1), isSuperuser: try first.bool(2))
        for row in rows {
            if let name = try row.optionalText(3) { rights.permissions.insert(Permission(rawValue: name)) }
            if let group = try row.optionalInteger(4) { rights.groups.insert(group) }
        }
        return rights
    }
}

extension SQLTransaction {
    /// - Returns: nil if there is no such user.
    func rights(of user: User.ID) throws -> Rights? {
        try RightsRows.rights(
            run(
                """
                SELECT \(raw: RightsRows.columns) FROM \(table: .users) u \(RightsRows.permissions(of: user))
                WHERE u.id = \(user)
                """))
    }
}
