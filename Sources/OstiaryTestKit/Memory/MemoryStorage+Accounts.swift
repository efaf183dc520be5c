// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension MemoryStorage: AccountStore {
    public func create(_ user: NewUser, in context: RequestContext) async throws -> AccountCreation {
        transaction { tables in
            guard tables.account(email: user.email) == nil else { return .emailTaken }
            tables.lastID += 1
            let made = User(
                id: tables.lastID, email: user.email.text, username: user.username, firstName: user.firstName,
                lastName: user.lastName, isActive: user.isActive, isStaff: user.isStaff, isSuperuser: user.isSuperuser
            )
            tables.put(Account(user: made, encodedPassword: user.encodedPassword), id: made.id)
            if let network = user.network { tables.networks[made.id] = [network: context.now] }
            tables.record(.account(made.id, madeIn: context))
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
            tables.put(account, id: id)
            tables.record(entry)
            tables.announced.append(.user(id))
            return .updated(account.user, renamed: isRenamed)
        }
    }

    public func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) async throws -> Activation? {
        transaction { tables in
            guard var account = tables.accounts[id] else { return nil }
            var activation = Activation(user: account.user, isChange: account.user.isActive != isActive)
            let hasSessions = tables.sessions(of: id).contains { tables.sessions[$0]?.endedAt == nil }
            guard activation.isChange || (!isActive && hasSessions) else { return activation }
            account.user.isActive = isActive
            activation.user = account.user
            tables.put(account, id: id)
            if !isActive { activation.endedSessions = tables.endSessions(of: id, at: context.now) }
            let event = isActive ? AuditEvent.accountActivated : .accountDeactivated
            tables.record(AuditEntry(event, of: id, in: context))
            tables.announced.append(.user(id))
            return activation
        }
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
        transaction { tables in
            guard tables.accounts[id] != nil else { return false }
            tables.delete(id)
            tables.record(AuditEntry(.accountDeleted, of: id, in: context))
            return true
        }
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
    fileprivate mutating func delete(_ id: User.ID) {
        put(nil, id: id)
        networks[id] = nil
        cutoffs[id] = nil
        for session in sessions.filter({ $0.value.userID == id }).keys { sessions[session] = nil }
        tokens = tokens.filter { sessions[$0.value.session] != nil }
        announced.append(.user(id))
    }
}
