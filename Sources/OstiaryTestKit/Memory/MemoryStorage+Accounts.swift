public import OstiaryCore

extension MemoryStorage: AccountStore {
    public func create(_ user: NewUser) async throws -> AccountCreation {
        transaction { tables in
            guard tables.account(email: user.email) == nil else { return .emailTaken }
            tables.lastID += 1
            let made = User(
                id: tables.lastID, email: user.email.text, username: user.username, firstName: user.firstName,
                lastName: user.lastName, isActive: user.isActive, isStaff: user.isStaff, isSuperuser: user.isSuperuser
            )
            tables.put(Account(user: made, encodedPassword: user.encodedPassword), id: made.id)
            return .created(made)
        }
    }

    public func user(id: User.ID) async throws -> User? {
        transaction { $0.accounts[id]?.user }
    }

    public func credential(email: EmailAddress, from network: Network?) async throws -> Credential? {
        transaction { tables in
            tables.account(email: email).map { account in
                Credential(
                    user: account.user, encodedPassword: account.encodedPassword,
                    lastSignIn: network.flatMap { tables.networks[account.user.id]?[$0] }
                )
            }
        }
    }

    public func update(id: User.ID, with change: ProfileChange, at now: Timestamp) async throws -> ProfileUpdate {
        transaction { tables in
            guard var account = tables.accounts[id] else { return .unknownUser }
            if let email = change.email {
                if let other = tables.account(email: email), other.user.id != id { return .emailTaken }
                account.user.email = email.text
            }
            account.user.username = change.username ?? account.user.username
            tables.put(account, id: id)
            tables.announced.append(.user(id))
            return .updated(account.user)
        }
    }

    public func setActive(_ isActive: Bool, email: EmailAddress, at now: Timestamp) async throws -> User? {
        transaction { tables in
            guard var account = tables.account(email: email) else { return nil }
            account.user.isActive = isActive
            tables.put(account, id: account.user.id)
            tables.announced.append(.user(account.user.id))
            return account.user
        }
    }

    public func replacePassword(id: User.ID, current: String, with encoded: String) async throws -> Bool {
        transaction { tables in
            guard var account = tables.accounts[id], account.encodedPassword == current else { return false }
            account.encodedPassword = encoded
            tables.put(account, id: id)
            return true
        }
    }

    public func resetPassword(id: User.ID, to encoded: String, at now: Timestamp) async throws -> Bool {
        transaction { tables in
            guard var account = tables.accounts[id] else { return false }
            account.encodedPassword = encoded
            tables.put(account, id: id)
            for (session, stored) in tables.sessions where stored.userID == id { tables.end(session, at: now) }
            tables.networks[id] = nil
            return true
        }
    }

    public func delete(email: EmailAddress, at now: Timestamp) async throws -> Bool {
        transaction { tables in
            guard let id = tables.account(email: email)?.user.id else { return false }
            tables.delete(id)
            return true
        }
    }

    public func delete(id: User.ID, verifiedPassword: String, at now: Timestamp) async throws -> Bool {
        transaction { tables in
            guard tables.accounts[id]?.encodedPassword == verifiedPassword else { return false }
            tables.delete(id)
            return true
        }
    }

    public func list(after id: User.ID, limit: Int) async throws -> [User] {
        transaction { tables in
            Array(tables.accounts.values.map(\.user).filter { $0.id > id }.sorted { $0.id < $1.id }.prefix(limit))
        }
    }
}

extension MemoryStorage.Tables {
    /// An account with everything that belongs to it.
    fileprivate mutating func delete(_ id: User.ID) {
        put(nil, id: id)
        networks[id] = nil
        for session in sessions.filter({ $0.value.userID == id }).keys { sessions[session] = nil }
        tokens = tokens.filter { sessions[$0.value.session] != nil }
        announced.append(.user(id))
    }
}
