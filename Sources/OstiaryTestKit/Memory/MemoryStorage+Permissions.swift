// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: PermissionStore {
    public func standing(
        of user: User.ID, session: SessionID?, in context: RequestContext
    ) async throws -> StaffStanding? {
        transaction { tables in
            guard let rights = tables.rights(of: user) else { return nil }
            let stored = session.flatMap { tables.sessions[$0] }.flatMap { $0.userID == user ? $0 : nil }
            return StaffStanding(
                rights: rights, isSessionLive: stored.map { $0.endedAt == nil } ?? false,
                authenticatedAt: stored?.authentication.at)
        }
    }

    public func groups(after name: String?, limit: Int, in context: RequestContext) async throws -> [Group] {
        transaction { tables in
            let all = tables.groups.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            return Array(
                all.filter { (name ?? "").utf8.lexicographicallyPrecedes($0.name.utf8) }.prefix(limit))
        }
    }

    public func group(id: Group.ID, in context: RequestContext) async throws -> Group? {
        transaction { $0.groups[id] }
    }

    public func addGroup(
        named name: String, permissions: Set<Permission>, in context: RequestContext
    ) async throws -> GroupOutcome {
        try attempt { tables in
            try AdministrationRule.judgeGroup(
                .addGroup, of: nil, permissions: permissions, givesMembership: false,
                by: tables.authority(in: context))
            guard !tables.hasGroup(named: name, but: nil) else { return .nameTaken }
            tables.lastGroupID += 1
            let group = Group(id: tables.lastGroupID, name: name, permissions: permissions)
            tables.groups[group.id] = group
            tables.record(.groupCreated(group, in: context))
            return .done(group)
        }
    }

    public func changeGroup(
        id: Group.ID, with change: GroupChange, in context: RequestContext
    ) async throws -> GroupOutcome {
        try attempt { tables in
            guard let old = tables.groups[id] else { return .unknownGroup }
            var new = old
            new.name = change.name ?? old.name
            new.permissions = change.permissions ?? old.permissions
            let authority = tables.authority(in: context)
            try AdministrationRule.judgeGroup(
                .changeGroup, of: id, permissions: old.permissions.union(new.permissions),
                givesMembership: !change.added.isEmpty, renames: !new.name.hasSameBytes(as: old.name), by: authority)
            for user in change.added.union(change.removed).sorted() {
                guard let rights = tables.rights(of: user) else { return .unknownUser(user) }
                try AdministrationRule.judgeMember(user, rights, by: authority)
            }
            guard !tables.hasGroup(named: new.name, but: id) else { return .nameTaken }
            tables.groups[id] = new
            let before = tables.members[id] ?? []
            let after = before.union(change.added).subtracting(change.removed)
            tables.members[id] = after
            try AdministrationRule.judgeAuthor(after: tables.authority(in: context), before: authority)
            let (added, removed) = (after.subtracting(before).sorted(), before.subtracting(after).sorted())
            if let entry = AuditEntry.group(from: old, to: new, added: added, removed: removed, in: context) {
                tables.record(entry)
            }
            return .done(new)
        }
    }

    public func deleteGroup(id: Group.ID, in context: RequestContext) async throws -> Bool {
        try attempt { tables in
            guard let group = tables.groups[id] else { return false }
            let authority = tables.authority(in: context)
            try AdministrationRule.judgeGroup(
                .deleteGroup, of: id, permissions: group.permissions, givesMembership: false, by: authority)
            tables.groups[id] = nil
            tables.members[id] = nil
            try AdministrationRule.judgeAuthor(after: tables.authority(in: context), before: authority)
            tables.record(.groupDeleted(group, in: context))
            return true
        }
    }
}

extension MemoryStorage.Tables {
    /// The names of a user's groups for an access token; nil if they are not wanted.
    func groupNames(of user: User.ID, if isWanted: Bool) -> [String]? {
        guard isWanted else { return nil }
        let names = members.filter { $0.value.contains(user) }.compactMap { groups[$0.key]?.name }
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return GroupsClaim.names(among: Array(sorted.prefix(GroupsClaim.maximumCandidates)))
    }

    fileprivate func hasGroup(named name: String, but id: Group.ID?) -> Bool {
        groups.values.contains { $0.id != id && $0.name.hasSameBytes(as: name) }
    }
}
