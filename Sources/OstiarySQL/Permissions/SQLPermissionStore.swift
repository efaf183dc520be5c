// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Groups and permissions in tables of the product.
package struct SQLPermissionStore: PermissionStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func standing(
        of user: User.ID, session: SessionID?, in context: RequestContext
    ) async throws -> StaffStanding? {
        let query: SQLQuery = """
            SELECT \(raw: RightsRows.columns), s.ended_at IS NULL AND s.id IS NOT NULL,
                COALESCE(s.authenticated_at, s.started_at)
            FROM \(table: .users) u
            LEFT JOIN ostiary_session s ON s.id = \(session?.bytes ?? []) AND s.user_id = u.id
            \(RightsRows.permissions(of: user))
            WHERE u.id = \(user)
            """
        return try await database.fetch(in: context) { connection in
            let rows = try connection.run(query)
            guard let first = rows.first, let rights = try RightsRows.rights(rows) else { return nil }
            return StaffStanding(
                rights: rights, isSessionLive: try first.bool(RightsRows.count),
                authenticatedAt: try first.optionalTimestamp(RightsRows.count + 1))
        }
    }

    package func groups(after name: String?, limit: Int, in context: RequestContext) async throws -> [Group] {
        let query: SQLQuery = """
            SELECT id, name FROM \(table: .groups) g WHERE name > \(name ?? "") ORDER BY name LIMIT \(Int64(limit))
            """
        return try await database.fetch(in: context) { connection in
            try connection.run(query).map { row in
                let id = try row.integer(0)
                return Group(
                    id: id, name: try row.text(1), permissions: try connection.run(Self.permissions(of: id)).permissions
                )
            }
        }
    }

    package func group(id: Group.ID, in context: RequestContext) async throws -> Group? {
        try await database.fetch(in: context) { connection in
            guard let row = try connection.run(Self.lookup(id)).first else { return nil }
            return Group(
                id: id, name: try row.text(0), permissions: try connection.run(Self.permissions(of: id)).permissions)
        }
    }

    package func addGroup(
        named name: String, permissions: Set<Permission>, in context: RequestContext
    ) async throws -> GroupOutcome {
        try await outcome(in: context) { transaction in
            try AdministrationRule.judgeGroup(
                .addGroup, of: nil, permissions: permissions, givesMembership: false,
                by: transaction.authority(in: context))
            let id = try transaction.run("INSERT INTO \(table: .groups) (name) VALUES (\(name)) RETURNING id").single()
                .integer(0)
            try transaction.set(permissions, from: [], of: id)
            let group = Group(id: id, name: name, permissions: permissions)
            try transaction.record(.groupCreated(group, in: context))
            return .done(group)
        }
    }

    package func changeGroup(
        id: Group.ID, with change: GroupChange, in context: RequestContext
    ) async throws -> GroupOutcome {
        try await outcome(in: context) { transaction in
            guard let row = try transaction.run(Self.lookup(id)).first else { return .unknownGroup }
            let old = Group(
                id: id, name: try row.text(0),
                permissions: try transaction.run(Self.permissions(of: id)).permissions)
            var new = old
            new.name = change.name ?? old.name
            new.permissions = change.permissions ?? old.permissions
            let authority = try transaction.authority(in: context)
            try AdministrationRule.judgeGroup(
                .changeGroup, of: id, permissions: old.permissions.union(new.permissions),
                givesMembership: !change.added.isEmpty, renames: !new.name.hasSameBytes(as: old.name), by: authority)
            for user in change.added.union(change.removed).sorted() {
                guard let rights = try transaction.rights(of: user) else { return .unknownUser(user) }
                try AdministrationRule.judgeMember(user, rights, by: authority)
            }
            if !new.name.hasSameBytes(as: old.name) {
                try transaction.execute("UPDATE \(table: .groups) SET name = \(new.name) WHERE id = \(id)")
            }
            try transaction.set(new.permissions, from: old.permissions, of: id)
            let added = try change.added.subtracting(change.removed).sorted().filter { try transaction.add($0, to: id) }
            let removed = try change.removed.sorted().filter { try transaction.remove($0, from: id) }
            try AdministrationRule.judgeAuthor(after: transaction.authority(in: context), before: authority)
            if let entry = AuditEntry.group(from: old, to: new, added: added, removed: removed, in: context) {
                try transaction.record(entry)
            }
            return .done(new)
        }
    }

    package func deleteGroup(id: Group.ID, in context: RequestContext) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            try transaction.beginAdministration()
            try transaction.requireOwnGroups()
            guard let row = try transaction.run(Self.lookup(id)).first else { return false }
            let group = Group(
                id: id, name: try row.text(0),
                permissions: try transaction.run(Self.permissions(of: id)).permissions)
            let authority = try transaction.authority(in: context)
            try AdministrationRule.judgeGroup(
                .deleteGroup, of: id, permissions: group.permissions, givesMembership: false, by: authority)
            try transaction.execute("DELETE FROM \(table: .groups) WHERE id = \(id)")
            try AdministrationRule.judgeAuthor(after: transaction.authority(in: context), before: authority)
            try transaction.record(.groupDeleted(group, in: context))
            return true
        }
    }

    private func outcome(
        in context: RequestContext, _ body: @escaping @Sendable (SQLTransaction) throws -> GroupOutcome
    ) async throws -> GroupOutcome {
        do {
            return try await database.commit(in: context) { transaction in
                try transaction.beginAdministration()
                try transaction.requireOwnGroups()
                return try body(transaction)
            }
        } catch is SQLError {
            // The name is the only value of a group that is unique.
            return .nameTaken
        }
    }

    private static func lookup(_ id: Group.ID) -> SQLQuery { "SELECT name FROM \(table: .groups) g WHERE id = \(id)" }

    private static func permissions(of id: Group.ID) -> SQLQuery {
        """
        SELECT permission FROM \(table: .groupPermissions) p WHERE group_id = \(id)
        LIMIT \(Int64(Group.maximumPermissions))
        """
    }
}

extension [SQLRow] {
    fileprivate var permissions: Set<Permission> {
        get throws { Set(try map { Permission(rawValue: try $0.text(0)) }) }
    }
}

extension SQLTransaction {
    /// - Returns: false if the user is a member already.
    @discardableResult
    func add(_ user: User.ID, to group: Group.ID) throws -> Bool {
        try execute(
            """
            INSERT INTO \(table: .groupMembers) (group_id, user_id) VALUES (\(group), \(user)) ON CONFLICT DO NOTHING
            """) == 1
    }

    /// - Returns: false if the user is no member.
    @discardableResult
    func remove(_ user: User.ID, from group: Group.ID) throws -> Bool {
        try execute("DELETE FROM \(table: .groupMembers) WHERE group_id = \(group) AND user_id = \(user)") == 1
    }

    fileprivate func set(_ new: Set<Permission>, from old: Set<Permission>, of group: Group.ID) throws {
        for permission in old.subtracting(new) {
            try execute(
                """
                DELETE FROM \(table: .groupPermissions)
                WHERE group_id = \(group) AND permission = \(permission.rawValue)
                """)
        }
        for permission in new.subtracting(old).sorted() {
            try execute(
                """
                INSERT INTO \(table: .groupPermissions) (group_id, permission) VALUES (\(group), \(permission.rawValue))
                """)
        }
    }
}
