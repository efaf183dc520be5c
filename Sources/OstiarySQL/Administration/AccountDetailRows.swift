// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The queries of an account with everything that an administrator sees of it.
enum AccountDetailRows {
    /// - Returns: nil if there is no such account.
    static func detail(
        of id: User.ID, at now: Timestamp, run: (SQLQuery) throws -> [SQLRow]
    ) throws -> AccountDetail? {
        let account: SQLQuery = """
            SELECT \(raw: UserRow.columns), password,
                EXISTS (SELECT 1 FROM ostiary_password_mark WHERE user_id = \(id))
            FROM \(table: .users) WHERE id = \(id)
            """
        guard let row = try run(account).first else { return nil }
        let rights = try RightsRows.rights(
            run(
                """
                SELECT \(raw: RightsRows.columns) FROM \(table: .users) u \(RightsRows.permissions(of: id))
                WHERE u.id = \(id)
                """))
        let groups = try run(
            """
            SELECT g.id, g.name FROM \(table: .groupMembers) m JOIN \(table: .groups) g ON g.id = m.group_id
            WHERE m.user_id = \(id) ORDER BY g.name LIMIT \(Int64(AccountDetail.maximumGroups))
            """)
        let permissions = try run("SELECT permission FROM \(table: .userPermissions) p WHERE user_id = \(id)")
        let sessions = try run(
            """
            SELECT 1 FROM ostiary_session
            WHERE user_id = \(id) AND ended_at IS NULL AND purge_after > \(now.microseconds)
            LIMIT \(Int64(AccountDetail.maximumSessions))
            """)
        return AccountDetail(
            user: try UserRow.user(row),
            groups: try groups.map { Group.Reference(id: try $0.integer(0), name: try $0.text(1)) },
            permissions: Set(try permissions.map { Permission(rawValue: try $0.text(0)) }),
            rights: rights ?? Rights(isActive: false),
            password: PasswordSummary(of: try row.text(UserRow.count)),
            isPasswordChangeRequired: try row.bool(UserRow.count + 1), sessions: sessions.count)
    }
}
