// SPDX-License-Identifier: Apache-2.0

extension AuditEntry {
    /// The entry of an account that an administrator changed.
    /// - Returns: nil if nothing changed.
    package static func account(
        from before: AccountDetail, to after: AccountDetail, in context: RequestContext
    ) -> AuditEntry? {
        let names = [
            AuditChange("email", from: before.user.email, to: after.user.email),
            AuditChange("first_name", from: before.user.firstName, to: after.user.firstName),
            AuditChange("last_name", from: before.user.lastName, to: after.user.lastName),
            AuditChange("username", from: before.user.username, to: after.user.username),
        ].filter(\.isChange)
        let activity = [AuditChange("is_active", from: before.user.isActive, to: after.user.isActive)]
            .filter(\.isChange)
        let rights = [
            AuditChange("groups", from: before.groups.map(\.name).list, to: after.groups.map(\.name).list),
            AuditChange("is_staff", from: before.user.isStaff, to: after.user.isStaff),
            AuditChange("is_superuser", from: before.user.isSuperuser, to: after.user.isSuperuser),
            AuditChange("permissions", from: before.permissions.list, to: after.permissions.list),
        ].filter(\.isChange)
        let event: AuditEvent
        if !rights.isEmpty {
            event = .rightsChanged
        } else if !activity.isEmpty {
            event = after.user.isActive ? .accountActivated : .accountDeactivated
        } else if names.contains(where: { $0.name == "email" }) {
            event = .emailChanged
        } else if !names.isEmpty {
            event = .profileChanged
        } else {
            return nil
        }
        return AuditEntry(event, of: after.user.id, changes: names + activity + rights, in: context)
    }

    package static func groupCreated(_ group: Group, in context: RequestContext) -> AuditEntry {
        let changes = [
            AuditChange("name", from: nil, to: group.name),
            AuditChange("permissions", from: nil, to: group.permissions.list),
        ]
        return AuditEntry(.groupCreated, object: group.auditObject, changes: changes, in: context)
    }

    package static func groupDeleted(_ group: Group, in context: RequestContext) -> AuditEntry {
        let changes = [
            AuditChange("name", from: group.name, to: nil),
            AuditChange("permissions", from: group.permissions.list, to: nil),
        ]
        return AuditEntry(.groupDeleted, object: group.auditObject, changes: changes, in: context)
    }

    /// The entry of a changed group.
    /// - Parameters:
    ///   - added: the accounts that were no members before.
    ///   - removed: the accounts that were members before.
    /// - Returns: nil if nothing changed.
    package static func group(
        from old: Group, to new: Group, added: [User.ID], removed: [User.ID], in context: RequestContext
    ) -> AuditEntry? {
        var changes = [
            AuditChange("name", from: old.name, to: new.name),
            AuditChange("permissions", from: old.permissions.list, to: new.permissions.list),
        ].filter(\.isChange)
        if !added.isEmpty { changes.append(AuditChange("members_added", from: nil, to: added.map(String.init).list)) }
        if !removed.isEmpty {
            changes.append(AuditChange("members_removed", from: removed.map(String.init).list, to: nil))
        }
        guard !changes.isEmpty else { return nil }
        return AuditEntry(.groupChanged, object: new.auditObject, changes: changes, in: context)
    }
}

extension Group {
    fileprivate var auditObject: String { "group:\(id)" }
}

extension AuditChange {
    fileprivate init(_ name: String, from old: Bool, to new: Bool) {
        self.init(name, from: String(old), to: String(new))
    }

    fileprivate var isChange: Bool {
        switch (old, new) {
        case (let old?, let new?): !old.hasSameBytes(as: new)
        case (nil, nil): false
        default: true
        }
    }
}

extension [String] {
    /// The elements with a comma between them.
    fileprivate var list: String { joined(separator: ", ") }
}

extension Set<Permission> {
    fileprivate var list: String { sorted().map(\.rawValue).list }
}
