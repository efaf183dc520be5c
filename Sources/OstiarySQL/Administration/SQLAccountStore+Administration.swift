// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension SQLAccountStore {
    package func detail(id: User.ID, in context: RequestContext) async throws -> AccountDetail? {
        try await database.fetch(in: context) { try $0.detail(of: id, at: context.now) }
    }

    package func change(
        id: User.ID, with change: AccountChange, in context: RequestContext
    ) async throws -> AccountChangeOutcome {
        do {
            return try await database.commit(in: context) { transaction in
                try transaction.beginAdministration()
                guard let before = try transaction.detail(of: id, at: context.now) else { return .unknownUser }
                let authority = try transaction.authority(in: context)
                // The rights before are judged first, so that nobody learns by an address if it is taken.
                try transaction.require(
                    .changeUser, over: id, from: before.rights, to: before.rights, by: authority)
                if let unknown = try transaction.unknownGroup(among: change.groups ?? []) {
                    return .unknownGroup(unknown)
                }
                // A form sends all that it shows.
                if change.permissions.map({ $0 != before.permissions }) ?? false
                    || change.groups.map({ $0 != Set(before.groups.map(\.id)) }) ?? false
                {
                    try transaction.requireOwnGroups()
                }
                try transaction.apply(change, to: before)
                guard let after = try transaction.detail(of: id, at: context.now) else { return .unknownUser }
                try transaction.require(.changeUser, over: id, from: before.rights, to: after.rights, by: authority)
                guard let entry = AuditEntry.account(from: before, to: after, in: context) else {
                    return .changed(after)
                }
                if before.user.isActive, !after.user.isActive {
                    try transaction.endSessions(of: id, at: context.now)
                    try transaction.revoke(user: id, at: context.now)
                }
                try transaction.record(entry)
                try transaction.announce(.user(id), at: context.now)
                return .changed(after)
            }
        } catch let error as SQLError {
            try await database.requireTaken(error, change.email?.text ?? "", besides: id, in: context)
            return .emailTaken
        }
    }

    package func perform(
        _ action: AccountAction, on ids: [User.ID], in context: RequestContext
    ) async throws -> ActionCounts {
        try await database.commit(in: context) { transaction in
            try transaction.beginAdministration()
            return try transaction.counting(ids) { id in
                switch action {
                case .activate: try transaction.setActive(true, id: id, in: context) != nil
                case .deactivate: try transaction.setActive(false, id: id, in: context) != nil
                case .delete: try transaction.deleteAccount(id, in: context)
                case .endSessions: try transaction.endSessions(ofOther: id, in: context)
                }
            }
        }
    }
}

extension SQLTransaction {
    fileprivate func detail(of id: User.ID, at now: Timestamp) throws -> AccountDetail? {
        try AccountDetailRows.detail(of: id, at: now) { try run($0) }
    }

    fileprivate func unknownGroup(among ids: Set<Group.ID>) throws -> Group.ID? {
        try ids.sorted().first { try run("SELECT 1 FROM \(table: .groups) g WHERE id = \($0)").isEmpty }
    }

    fileprivate func apply(_ change: AccountChange, to before: AccountDetail) throws {
        let (id, user) = (before.user.id, before.user)
        // A column is named only if it changes, since each named column costs a write to its indexes.
        if let email = change.email, !email.text.hasSameBytes(as: user.email) {
            try claim(email.text, for: id)
            try execute("UPDATE \(table: .users) SET email = \(email.text) WHERE id = \(id)")
        }
        if let name = change.username, !name.hasSameBytes(as: user.username) {
            try execute("UPDATE \(table: .users) SET username = \(name) WHERE id = \(id)")
        }
        if change.firstName != nil || change.lastName != nil {
            try execute(
                """
                UPDATE \(table: .users) SET first_name = \(change.firstName ?? user.firstName),
                    last_name = \(change.lastName ?? user.lastName) WHERE id = \(id)
                """)
        }
        if let isActive = change.isActive, isActive != user.isActive {
            try execute("UPDATE \(table: .users) SET is_active = \(isActive) WHERE id = \(id)")
        }
        if let isStaff = change.isStaff, isStaff != user.isStaff {
            try execute("UPDATE \(table: .users) SET is_staff = \(isStaff) WHERE id = \(id)")
        }
        if let isSuperuser = change.isSuperuser, isSuperuser != user.isSuperuser {
            try execute("UPDATE \(table: .users) SET is_superuser = \(isSuperuser) WHERE id = \(id)")
        }
        if let permissions = change.permissions {
            for permission in before.permissions.subtracting(permissions) {
                try execute(
                    """
                    DELETE FROM \(table: .userPermissions)
                    WHERE user_id = \(id) AND permission = \(permission.rawValue)
                    """)
            }
            for permission in permissions.subtracting(before.permissions).sorted() {
                try execute(
                    """
                    INSERT INTO \(table: .userPermissions) (user_id, permission) VALUES (\(id), \(permission.rawValue))
                    """)
            }
        }
        if let groups = change.groups {
            let old = Set(before.groups.map(\.id))
            for group in old.subtracting(groups) { try remove(id, from: group) }
            for group in groups.subtracting(old).sorted() { try add(id, to: group) }
        }
    }
}

extension SQLConnection {
    fileprivate func detail(of id: User.ID, at now: Timestamp) throws -> AccountDetail? {
        try AccountDetailRows.detail(of: id, at: now) { try run($0) }
    }
}
