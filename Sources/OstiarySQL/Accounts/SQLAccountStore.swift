// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Accounts in a table with the columns of Django's user model.
package struct SQLAccountStore: AccountStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func create(_ user: NewUser, in context: RequestContext) async throws -> AccountCreation {
        // No other call has the same encoded password, since its salt is random.
        let trace: SQLQuery = """
            SELECT \(raw: UserRow.columns) FROM \(table: .users)
            WHERE \(raw: database.dialect.emailKey) = \(user.email.key) AND password = \(user.encodedPassword)
            """
        do {
            return .created(
                try await database.commit(in: context) {
                    if case .user = context.actor { try $0.requireCreation(of: user, in: context) }
                    let made = try $0.insert(user, at: context.now)
                    if let network = user.network { try $0.note(network, of: made.id, at: context.now) }
                    if user.mustChangePassword { try $0.markPassword(of: made.id, at: context.now) }
                    try $0.record(.account(made.id, madeIn: context))
                    try $0.enqueue(user.notice, of: made.id, at: context.now)
                    return made
                } trace: {
                    try $0.run(trace).first.map(UserRow.user)
                }
            )
        } catch let error as SQLError {
            try await database.requireTaken(error, user.email.text, in: context)
            return .emailTaken
        }
    }

    package func user(id: User.ID, in context: RequestContext) async throws -> User? {
        let query: SQLQuery = "SELECT \(raw: UserRow.columns) FROM \(table: .users) WHERE id = \(id)"
        return try await database.fetch(in: context) { try $0.run(query).first.map(UserRow.user) }
    }

    package func credential(
        email: EmailAddress, from network: Network?, in context: RequestContext
    ) async throws -> PasswordRecord? {
        // The query returns a row for unknown addresses too: the time must not tell whether the account exists.
        func query(needsIndex: Bool?) -> SQLQuery {
            let isAccount = SQLQuery.isAccount(
                of: email, id: "u.id", database.adopted, database.dialect, needsIndex: needsIndex)
            return """
                SELECT \(raw: UserRow.columnsOrNobody), n.last_sign_in FROM (SELECT 1 AS one) o
                LEFT JOIN \(table: .users) u ON \(isAccount)
                LEFT JOIN ostiary_known_network n
                    ON n.user_id = COALESCE(u.id, 0) AND n.network = \(network?.description)
                """
        }
        let (inAnyCase, exact) = (query(needsIndex: true), query(needsIndex: nil))
        return try await database.fetch(in: context) { connection in
            let rows: [SQLRow]
            do { rows = try connection.run(inAnyCase) } catch let error as SQLError where error.isMissingIndex {
                rows = try connection.run(exact)
            }
            guard let row = rows.first else { return nil }
            let credential = PasswordRecord(
                user: try UserRow.user(row), encodedPassword: try row.text(UserRow.count),
                lastSignIn: try row.optionalTimestamp(UserRow.count + 1)
            )
            return credential.user.id == UserRow.nobody ? nil : credential
        }
    }

    package func update(
        id: User.ID, with change: ProfileChange, in context: RequestContext
    ) async throws -> ProfileUpdate {
        let emailKey = database.dialect.emailKey
        // An address that differs in case only is the same login.
        let isSame: SQLQuery = change.email.map { "\(raw: emailKey) = \($0.key)" } ?? "TRUE"
        let lookup: SQLQuery = """
            SELECT \(raw: UserRow.columns), \(isSame) FROM \(table: .users) WHERE id = \(id)\(raw: database.dialect.lockingRow)
            """
        // Only changed columns are named, since each named column costs a write to its indexes.
        let update: SQLQuery =
            switch (change.email?.text, change.username) {
            case (let email?, let username?):
                "UPDATE \(table: .users) SET email = \(email), username = \(username) WHERE id = \(id)"
            case (let email?, nil): "UPDATE \(table: .users) SET email = \(email) WHERE id = \(id)"
            case (nil, let username):
                "UPDATE \(table: .users) SET username = COALESCE(\(username), username) WHERE id = \(id)"
            }
        do {
            return try await database.commit(in: context) { transaction in
                guard let row = try transaction.run(lookup).first else { return .unknownUser }
                let old = try UserRow.user(row)
                let isRenamed = try change.email != nil && !row.bool(UserRow.count)
                guard try !isRenamed || transaction.holds(change.proof, for: id) else { return .unproven }
                guard let entry = AuditEntry.profile(of: old, change, renamed: isRenamed, in: context) else {
                    return .updated(old, renamed: false)
                }
                if isRenamed, let email = change.email?.text { try transaction.claim(email, for: id) }
                try transaction.execute(update)
                if !isRenamed, let email = change.email?.text {
                    try transaction.respellVerified(old.email, as: email, of: id)
                }
                try transaction.record(entry)
                try transaction.announce(.user(id), at: context.now)
                return .updated(old.changed(by: change), renamed: isRenamed)
            }
        } catch let error as SQLError {
            try await database.requireTaken(error, change.email?.text ?? "", besides: id, in: context)
            return .emailTaken
        }
    }

    package func setActive(_ isActive: Bool, id: User.ID, in context: RequestContext) async throws -> Activation? {
        try await database.commit(in: context) { transaction in
            try transaction.beginAdministration()
            return try transaction.setActive(isActive, id: id, in: context)
        }
    }

    package func unlock(id: User.ID, in context: RequestContext) async throws -> Bool {
        let lookup: SQLQuery = "SELECT 1 FROM \(table: .users) WHERE id = \(id)\(raw: database.dialect.lockingRow)"
        return try await database.commit(in: context) { transaction in
            guard try !transaction.run(lookup).isEmpty else { return false }
            try transaction.record(.unlock(of: id, in: context))
            try transaction.announce(.unlocks, at: context.now)
            return true
        }
    }

    package func knownNetworks(of id: User.ID, limit: Int, in context: RequestContext) async throws -> [Network] {
        let query: SQLQuery = """
            SELECT network FROM ostiary_known_network WHERE user_id = \(id)
            ORDER BY last_sign_in DESC, network LIMIT \(Int64(limit))
            """
        return try await database.fetch(in: context) { connection in
            try connection.run(query).map { Network(stored: try $0.text(0)) }
        }
    }

    package func delete(id: User.ID, in context: RequestContext) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            try transaction.beginAdministration()
            return try transaction.deleteAccount(id, in: context)
        }
    }

    package func delete(id: User.ID, proof: AuthenticationProof, in context: RequestContext) async throws -> Bool {
        guard case .password(let verified) = proof else { return false }
        let deletion: SQLQuery = "DELETE FROM \(table: .users) WHERE id = \(id) AND password = \(verified)"
        return try await database.commit(in: context) { transaction in
            if transaction.adopted != nil {
                guard try transaction.holds(.password(verified: verified), for: id) else { return false }
                try transaction.deleteReferences(to: id)
            }
            let end = try transaction.lockTokens(of: id)
            guard try transaction.execute(deletion) == 1 else { return false }
            try transaction.revoke(deleted: id, until: end, at: context.now)
            try transaction.record(
                AuditEntry(.accountDeleted, of: id, session: context.actor.session, in: context))
            try transaction.announce(.user(id), at: context.now)
            return true
        }
    }

    package func list(after id: User.ID, limit: Int, in context: RequestContext) async throws -> [User] {
        let query: SQLQuery = """
            SELECT \(raw: UserRow.columns) FROM \(table: .users) WHERE id > \(id) ORDER BY id LIMIT \(Int64(limit))
            """
        return try await database.fetch(in: context) { try $0.run(query).map(UserRow.user) }
    }
}

extension [SQLRow] {
    /// - Throws: ``SQLError`` unless there is exactly one row.
    func single() throws(SQLError) -> SQLRow {
        guard count == 1 else { throw SQLError(.decoding, detail: "\(count) rows where one was expected") }
        return self[0]
    }
}
