// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// Serializes the changes of administrators, so that two of them cannot take the last rights of each other. Called
    /// before the first read. SQLite has one writer.
    func beginAdministration() throws {
        if dialect == .postgres {
            try execute("SELECT pg_catalog.pg_advisory_xact_lock(\(AdvisoryLock.administering))")
        }
    }

    /// The author of a change, with the rights of this moment.
    func authority(in context: RequestContext) throws -> AdministrationRule.Authority {
        guard case .user(let identity) = context.actor else { return .everything }
        return .user(identity.user.id, try rights(of: identity.user.id) ?? Rights(isActive: false))
    }

    /// Judges a change of an account by ``AdministrationRule``.
    /// - Parameters:
    ///   - target: nil for an account that is created.
    ///   - after: the rights after the change; nil for an account that is deleted.
    ///   - authority: the authority of the author before the change, which may be one of the own account.
    /// - Throws: ``AdministrationRefusal``.
    func require(
        _ permission: Permission, over target: User.ID?, from before: Rights, to after: Rights?,
        by authority: AdministrationRule.Authority
    ) throws {
        var change = AdministrationRule.Change(permission, of: target, from: before, to: after)
        if before.isActive, before.isSuperuser, let target {
            change.hasOtherSuperuser = try !run(
                "SELECT 1 FROM \(table: .users) WHERE is_superuser AND is_active AND id <> \(target) ORDER BY id LIMIT 1"
            ).isEmpty
        }
        try AdministrationRule.judge(change, by: authority)
    }

    /// Judges the creation of an account by a user.
    /// - Throws: ``AdministrationRefusal``.
    func requireCreation(of user: NewUser, in context: RequestContext) throws {
        try beginAdministration()
        let rights = Rights(isActive: user.isActive, isStaff: user.isStaff, isSuperuser: user.isSuperuser)
        try require(.addUser, over: nil, from: Rights(isActive: false), to: rights, by: authority(in: context))
    }

    /// Activates or deactivates an account. Deactivation ends every session, so that activation restores none.
    /// - Returns: nil if there is no such account.
    /// - Throws: ``AdministrationRefusal``.
    func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) throws -> Activation? {
        let lookup: SQLQuery = """
            SELECT \(raw: UserRow.columns),
                EXISTS (SELECT 1 FROM ostiary_session WHERE user_id = \(id) AND ended_at IS NULL)
            FROM \(table: .users) WHERE id = \(id)\(raw: dialect.lockingRow)
            """
        guard let row = try run(lookup).first, let before = try rights(of: id) else { return nil }
        var after = before
        after.isActive = isActive
        try require(.changeUser, over: id, from: before, to: after, by: authority(in: context))
        var activation = Activation(user: try UserRow.user(row), isChange: false)
        activation.isChange = activation.user.isActive != isActive
        let hasSessions = try row.bool(UserRow.count)
        guard activation.isChange || (!isActive && hasSessions) else { return activation }
        activation.user.isActive = isActive
        try execute("UPDATE \(table: .users) SET is_active = \(isActive) WHERE id = \(id)")
        if !isActive {
            activation.endedSessions = try endSessions(of: id, at: context.now)
            try revoke(user: id, at: context.now)
        }
        try record(AuditEntry(isActive ? .accountActivated : .accountDeactivated, of: id, in: context))
        try announce(.user(id), at: context.now)
        return activation
    }

    /// Deletes an account with everything that belongs to it.
    /// - Returns: false if there is no such account.
    /// - Throws: ``AdministrationRefusal``.
    func deleteAccount(_ id: User.ID, in context: RequestContext) throws -> Bool {
        guard let before = try rights(of: id) else { return false }
        try require(.deleteUser, over: id, from: before, to: nil, by: authority(in: context))
        let end = try lockTokens(of: id)
        try deleteReferences(to: id)
        guard try execute("DELETE FROM \(table: .users) WHERE id = \(id)") == 1 else { return false }
        try revoke(deleted: id, until: end, at: context.now)
        try record(AuditEntry(.accountDeleted, of: id, in: context))
        try announce(.user(id), at: context.now)
        return true
    }

    /// Ends every session of an account, as an administrator.
    /// - Returns: false if there is no such account.
    /// - Throws: ``AdministrationRefusal``.
    func endSessions(ofOther id: User.ID, in context: RequestContext) throws -> Bool {
        guard let before = try rights(of: id) else { return false }
        try require(.deleteSession, over: id, from: before, to: before, by: authority(in: context))
        let count = try endSessions(of: id, at: context.now)
        try record(
            AuditEntry(.sessionsEnded, of: id, changes: [.sessions(ended: count, left: 0)], in: context))
        return true
    }

    /// Does work for each element and counts the outcomes.
    /// - Parameter work: returns false for an element that does not exist, and throws ``AdministrationRefusal`` or
    ///   ``AccountInUse`` before it has changed anything.
    func counting<Element>(_ elements: [Element], _ work: (Element) throws -> Bool) throws -> ActionCounts {
        var counts = ActionCounts()
        for element in elements {
            do {
                if try work(element) { counts.done += 1 } else { counts.notFound += 1 }
            } catch is AdministrationRefusal {
                counts.refused += 1
            } catch is AccountInUse {
                counts.refused += 1
            }
        }
        return counts
    }
}
