// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage {
    public func detail(id: User.ID, in context: RequestContext) async throws -> AccountDetail? {
        transaction { $0.detail(of: id, at: context.now) }
    }

    public func change(
        id: User.ID, with change: AccountChange, in context: RequestContext
    ) async throws -> AccountChangeOutcome {
        try attempt { tables in
            guard let before = tables.detail(of: id, at: context.now) else { return .unknownUser }
            let authority = tables.authority(in: context)
            try tables.require(.changeUser, over: id, from: before.rights, to: before.rights, by: authority)
            if let unknown = (change.groups ?? []).sorted().first(where: { tables.groups[$0] == nil }) {
                return .unknownGroup(unknown)
            }
            if let email = change.email, let other = tables.account(email: email), other.user.id != id {
                return .emailTaken
            }
            tables.apply(change, to: id)
            guard let after = tables.detail(of: id, at: context.now) else { return .unknownUser }
            try tables.require(.changeUser, over: id, from: before.rights, to: after.rights, by: authority)
            guard let entry = AuditEntry.account(from: before, to: after, in: context) else { return .changed(after) }
            if before.user.isActive, !after.user.isActive { tables.endSessions(of: id, at: context.now) }
            tables.record(entry)
            tables.announced.append(.user(id))
            return .changed(after)
        }
    }

    public func perform(
        _ action: AccountAction, on ids: [User.ID], in context: RequestContext
    ) async throws -> ActionCounts {
        transaction { tables in
            tables.counting(ids) { tables, id in
                switch action {
                case .activate: try tables.setActive(true, id: id, in: context) != nil
                case .deactivate: try tables.setActive(false, id: id, in: context) != nil
                case .delete: try tables.deleteAccount(id, in: context)
                case .endSessions: try tables.endSessions(ofOther: id, in: context)
                }
            }
        }
    }

    public func end(_ sessions: [SessionID], in context: RequestContext) async throws -> ActionCounts {
        transaction { tables in
            tables.counting(sessions) { tables, session in
                guard let stored = tables.sessions[session], stored.endedAt == nil,
                    let rights = tables.rights(of: stored.userID)
                else { return false }
                try tables.require(
                    .deleteSession, over: stored.userID, from: rights, to: rights, by: tables.authority(in: context))
                tables.end(session, at: context.now)
                tables.record(AuditEntry(.loggedOut, of: stored.userID, session: session, in: context))
                return true
            }
        }
    }
}

extension MemoryStorage.Tables {
    func rights(of user: User.ID) -> Rights? {
        guard let account = accounts[user]?.user else { return nil }
        let own = groups.values.filter { members[$0.id]?.contains(user) == true }
        return Rights(
            isActive: account.isActive, isStaff: account.isStaff, isSuperuser: account.isSuperuser,
            permissions: own.reduce(userPermissions[user] ?? []) { $0.union($1.permissions) },
            groups: Set(own.map(\.id)))
    }

    func authority(in context: RequestContext) -> AdministrationRule.Authority {
        guard case .user(let identity) = context.actor else { return .everything }
        return .user(identity.user.id, rights(of: identity.user.id) ?? Rights(isActive: false))
    }

    func require(
        _ permission: Permission, over target: User.ID?, from before: Rights, to after: Rights?,
        by authority: AdministrationRule.Authority
    ) throws(AdministrationRefusal) {
        let other = accounts.values.contains { $0.user.isSuperuser && $0.user.isActive && $0.user.id != target }
        try AdministrationRule.judge(
            .init(permission, of: target, from: before, to: after, hasOtherSuperuser: other),
            by: authority)
    }

    func detail(of id: User.ID, at now: Timestamp) -> AccountDetail? {
        guard let account = accounts[id], let rights = rights(of: id) else { return nil }
        let own = groups.values.filter { rights.groups.contains($0.id) }.sorted {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        let live = sessions.values.count { $0.userID == id && $0.endedAt == nil && $0.purgeAfter > now }
        return AccountDetail(
            user: account.user, groups: own.map { Group.Reference(id: $0.id, name: $0.name) },
            permissions: userPermissions[id] ?? [], rights: rights,
            password: PasswordSummary(of: account.encodedPassword), isPasswordChangeRequired: marks.contains(id),
            sessions: min(live, AccountDetail.maximumSessions))
    }

    mutating func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) throws -> Activation? {
        guard var account = accounts[id], let before = rights(of: id) else { return nil }
        var after = before
        after.isActive = isActive
        try require(.changeUser, over: id, from: before, to: after, by: authority(in: context))
        var activation = Activation(user: account.user, isChange: account.user.isActive != isActive)
        let hasSessions = sessions(of: id).contains { sessions[$0]?.endedAt == nil }
        guard activation.isChange || (!isActive && hasSessions) else { return activation }
        account.user.isActive = isActive
        activation.user = account.user
        put(account, id: id)
        if !isActive { activation.endedSessions = endSessions(of: id, at: context.now) }
        record(AuditEntry(isActive ? .accountActivated : .accountDeactivated, of: id, in: context))
        announced.append(.user(id))
        return activation
    }

    mutating func deleteAccount(_ id: User.ID, in context: RequestContext) throws -> Bool {
        guard let before = rights(of: id) else { return false }
        try require(.deleteUser, over: id, from: before, to: nil, by: authority(in: context))
        delete(id)
        record(AuditEntry(.accountDeleted, of: id, in: context))
        return true
    }

    fileprivate mutating func endSessions(ofOther id: User.ID, in context: RequestContext) throws -> Bool {
        guard let before = rights(of: id) else { return false }
        try require(.deleteSession, over: id, from: before, to: before, by: authority(in: context))
        let count = endSessions(of: id, at: context.now)
        record(AuditEntry(.sessionsEnded, of: id, changes: [.sessions(ended: count, left: 0)], in: context))
        return true
    }

    fileprivate mutating func counting<Element>(
        _ elements: [Element], _ work: (inout Self, Element) throws -> Bool
    ) -> ActionCounts {
        var counts = ActionCounts()
        for element in elements {
            do {
                if try work(&self, element) { counts.done += 1 } else { counts.notFound += 1 }
            } catch { counts.refused += 1 }
        }
        return counts
    }

    fileprivate mutating func apply(_ change: AccountChange, to id: User.ID) {
        guard var account = accounts[id] else { return }
        account.user.email = change.email?.text ?? account.user.email
        account.user.username = change.username ?? account.user.username
        account.user.firstName = change.firstName ?? account.user.firstName
        account.user.lastName = change.lastName ?? account.user.lastName
        account.user.isActive = change.isActive ?? account.user.isActive
        account.user.isStaff = change.isStaff ?? account.user.isStaff
        account.user.isSuperuser = change.isSuperuser ?? account.user.isSuperuser
        put(account, id: id)
        if let permissions = change.permissions { userPermissions[id] = permissions }
        guard let wanted = change.groups else { return }
        for group in groups.keys {
            if wanted.contains(group) { members[group, default: []].insert(id) } else { members[group]?.remove(id) }
        }
    }
}
