// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: AccountStore {
    public func create(_ user: NewUser, in context: RequestContext) async throws -> AccountCreation {
        try attempt { tables in
            guard tables.account(email: user.email) == nil else { return .emailTaken }
            if case .user = context.actor {
                let rights = Rights(isActive: user.isActive, isStaff: user.isStaff, isSuperuser: user.isSuperuser)
                try tables.require(
                    .addUser, over: nil, from: Rights(isActive: false), to: rights, by: tables.authority(in: context))
            }
            let made = tables.insert(user)
            if let network = user.network { tables.networks[made.id] = [network: context.now] }
            if user.mustChangePassword { tables.marks.insert(made.id) }
            tables.record(.account(made.id, madeIn: context))
            tables.enqueue(user.notice, of: made.id, at: context.now)
            return .created(made)
        }
    }

    public func user(id: User.ID, in context: RequestContext) async throws -> User? {
        transaction { $0.accounts[id]?.user }
    }

    public func credential(
        email: EmailAddress, from network: Network?, in context: RequestContext
    ) async throws -> PasswordRecord? {
        transaction { tables in
            tables.account(email: email).map { account in
                PasswordRecord(
                    user: account.user, encodedPassword: account.encodedPassword,
                    lastSignIn: network.flatMap { tables.networks[account.user.id]?[$0] }
                )
            }
        }
    }

    public func update(id: User.ID, with change: ProfileChange, in context: RequestContext) async throws
        -> ProfileUpdate
    {
        transaction { tables in
            guard var account = tables.accounts[id] else { return .unknownUser }
            let old = account.user
            let isRenamed = change.email.map { $0.key != EmailAddress(account.user.email)?.key } ?? false
            guard !isRenamed || tables.holds(change.proof, for: id) else { return .unproven }
            if let email = change.email {
                if let other = tables.account(email: email), other.user.id != id { return .emailTaken }
                account.user.email = email.text
            }
            account.user.username = change.username ?? account.user.username
            guard let entry = AuditEntry.profile(of: old, change, renamed: isRenamed, in: context) else {
                return .updated(old, renamed: false)
            }
            if !isRenamed && old.isEmailVerified { tables.verified[id] = account.user.email }
            tables.put(account, id: id)
            account = tables.accounts[id] ?? account
            tables.record(entry)
            tables.announced.append(.user(id))
            return .updated(account.user, renamed: isRenamed)
        }
    }

    public func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) async throws -> Activation? {
        try attempt { try $0.setActive(isActive, id: id, in: context) }
    }

    public func unlock(id: User.ID, in context: RequestContext) async throws -> Bool {
        transaction { tables in
            guard tables.accounts[id] != nil else { return false }
            tables.record(.unlock(of: id, in: context))
            tables.announced.append(.unlocks)
            return true
        }
    }

    public func knownNetworks(of id: User.ID, limit: Int, in context: RequestContext) async throws -> [Network] {
        transaction { tables in
            let networks = (tables.networks[id] ?? [:]).sorted {
                ($0.value, $1.key.description) > ($1.value, $0.key.description)
            }
            return networks.prefix(limit).map(\.key)
        }
    }

    public func delete(id: User.ID, in context: RequestContext) async throws -> Bool {
        try attempt { try $0.deleteAccount(id, in: context) }
    }

    public func delete(id: User.ID, proof: AuthenticationProof, in context: RequestContext) async throws -> Bool {
        transaction { tables in
            guard tables.holds(proof, for: id) else { return false }
            tables.delete(id)
            tables.record(AuditEntry(.accountDeleted, of: id, session: context.actor.session, in: context))
            return true
        }
    }

    public func list(after id: User.ID, limit: Int, in context: RequestContext) async throws -> [User] {
        transaction { tables in
            Array(tables.accounts.values.map(\.user).filter { $0.id > id }.sorted { $0.id < $1.id }.prefix(limit))
        }
    }
}

extension MemoryStorage.Tables {
    fileprivate func holds(_ proof: ProfileChange.Proof, for user: User.ID) -> Bool {
        switch proof {
        case .none: false
        case .authority: true
        case .password(let verified): accounts[user]?.encodedPassword == verified
        case .session(let id, let start):
            sessions[id].map { $0.userID == user && $0.endedAt == nil && $0.authentication.at >= start } ?? false
        }
    }

    /// Deletes an account with everything that belongs to it.
    mutating func delete(_ id: User.ID) {
        userPermissions[id] = nil
        marks.remove(id)
        for group in members.keys { members[group]?.remove(id) }
        put(nil, id: id)
        networks[id] = nil
        cutoffs[id] = nil
        verified[id] = nil
        links = links.filter { $0.value.user != id }
        outbox = outbox.filter { $0.value.message.message.user != id }
        for group in members.keys { members[group]?.remove(id) }
        for session in sessions.filter({ $0.value.userID == id }).keys { sessions[session] = nil }
        tokens = tokens.filter { sessions[$0.value.session] != nil }
        announced.append(.user(id))
    }
}
