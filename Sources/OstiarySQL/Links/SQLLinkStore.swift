// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// One-time links in a table of digests.
package struct SQLLinkStore: LinkStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func find(
        _ digests: [LinkPurpose: OneTimeDigest], in context: RequestContext
    ) async throws -> FoundLink? {
        let now = context.now.microseconds
        let emailKey = database.dialect.emailKey
        return try await database.fetch(in: context) { connection in
            for (purpose, digest) in digests {
                let query: SQLQuery =
                    purpose == .registration
                    ? """
                    SELECT NULL, email, expires_at FROM ostiary_pending_registration
                    WHERE digest = \(digest.bytes) AND expires_at > \(now)
                    """
                    : """
                    SELECT t.user_id, t.address, t.expires_at
                    FROM ostiary_one_time_token t JOIN \(table: .users) u ON u.id = t.user_id
                    WHERE t.digest = \(digest.bytes) AND t.purpose = \(purpose.rawValue) AND t.expires_at > \(now)
                        AND u.is_active AND (t.account_key IS NULL OR t.account_key = \(raw: emailKey))
                    """
                if let row = try connection.run(query).first {
                    return FoundLink(
                        purpose: purpose, user: try row.optionalInteger(0), email: try row.text(1),
                        expiresAt: try row.timestamp(2))
                }
            }
            return nil
        }
    }

    package func verify(_ digest: OneTimeDigest, in context: RequestContext) async throws -> LinkOutcome {
        try await database.commit(in: context) { transaction in
            guard let (user, _, _) = try transaction.use(.verification, digest, in: context) else { return .invalid }
            return .done(try transaction.verified(user, in: context))
        } trace: { connection in
            // An address that was proven before has no entry: the link does nothing then, and is gone.
            try connection.trace(of: .emailVerified, in: context).map { .done($0) }
        }
    }

    package func resetPassword(
        _ digest: OneTimeDigest, to encoded: String, notice: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome {
        try await database.commit(in: context) { transaction in
            guard let (user, _, _) = try transaction.use(.reset, digest, in: context) else { return .invalid }
            try transaction.execute("UPDATE \(table: .users) SET password = \(encoded) WHERE id = \(user.id)")
            try transaction.dispossess(user.id, keepingUndo: true, at: context.now)
            try transaction.unmarkPassword(of: user.id)
            try transaction.record(AuditEntry(.passwordReset, of: user.id, cause: "link", in: context))
            let verified = try transaction.verified(user, in: context)
            try transaction.enqueue(notice, to: user.email, of: user.id, at: context.now)
            return .done(verified)
        } trace: { connection in
            try connection.trace(of: .passwordReset, in: context).map { .done($0) }
        }
    }

    package func change(
        _ digest: OneTimeDigest, notice: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome {
        do {
            return try await database.commit(in: context) { transaction in
                guard let (user, address, session) = try transaction.use(.change, digest, in: context) else {
                    return .invalid
                }
                try transaction.endSessions(of: user.id, but: session, at: context.now)
                try transaction.forgetLinks(of: user.id, keepingUndo: true)
                let moved = try transaction.move(user, to: address, cause: "link", in: context)
                try transaction.enqueue(notice, to: user.email, of: user.id, at: context.now)
                return .done(moved)
            } trace: { connection in
                try connection.trace(of: .emailChanged, in: context).map { .done($0) }
            }
        } catch is SQLError {
            return .emailTaken
        }
    }

    package func undo(
        _ digest: OneTimeDigest, reset: MailNotice?, in context: RequestContext
    ) async throws -> LinkOutcome {
        let unusable = Passwords.unusable()
        do {
            return try await database.commit(in: context) { transaction in
                guard let (user, address, _) = try transaction.use(.undo, digest, in: context) else { return .invalid }
                try transaction.execute("UPDATE \(table: .users) SET password = \(unusable) WHERE id = \(user.id)")
                try transaction.dispossess(user.id, keepingUndo: false, at: context.now)
                let moved = try transaction.move(user, to: address, cause: AuditEntry.undone, in: context)
                try transaction.enqueue(reset, to: address, of: user.id, at: context.now)
                return .done(moved)
            } trace: { connection in
                try connection.trace(of: .emailChanged, in: context).map { .done($0) }
            }
        } catch is SQLError {
            return .emailTaken
        }
    }

    package func offer(
        _ link: MailPreparation.Link, to email: EmailAddress, in context: RequestContext
    ) async throws -> User? {
        let emailKey = database.dialect.emailKey
        let isAccount = SQLQuery.isAccount(of: email, id: "id", database.adopted, database.dialect)
        let query: SQLQuery = """
            SELECT \(raw: UserRow.columns), \(raw: emailKey) FROM \(table: .users)
            WHERE \(isAccount) AND is_active\(raw: database.dialect.lockingRow)
            """
        return try await database.commit(in: context) { transaction in
            guard let row = try transaction.run(query).first else { return nil }
            let user = try UserRow.user(row)
            guard
                try transaction.insert(
                    link, of: user.id, to: user.email, accountKey: try row.text(UserRow.count), at: context.now)
            else { return nil }
            try transaction.record(
                AuditEntry(.linkMade, of: user.id, cause: link.purpose.rawValue, in: context))
            return user
        }
    }

    package func setVerified(_ isVerified: Bool, id: User.ID, in context: RequestContext) async throws -> User? {
        let query: SQLQuery = """
            SELECT \(raw: UserRow.columns) FROM \(table: .users) WHERE id = \(id)\(raw: database.dialect.lockingRow)
            """
        return try await database.commit(in: context) { transaction in
            guard let user = try transaction.run(query).first.map(UserRow.user) else { return nil }
            if isVerified { return try transaction.verified(user, in: context) }
            guard user.isEmailVerified else { return user }
            try transaction.execute("DELETE FROM ostiary_verified_email WHERE user_id = \(id)")
            try transaction.record(AuditEntry(.emailUnverified, of: id, in: context))
            try transaction.announce(.user(id), at: context.now)
            var changed = user
            changed.isEmailVerified = false
            return changed
        }
    }
}

extension SQLTransaction {
    func use(
        _ purpose: LinkPurpose, _ digest: OneTimeDigest, in context: RequestContext
    ) throws -> (user: User, address: String, session: SessionID?)? {
        try use(purpose, where: "t.digest = \(digest.bytes)", in: context)
    }

    /// Takes from everybody who has been in an account: sessions, known networks, links.
    func dispossess(_ user: User.ID, keepingUndo: Bool, at now: Timestamp) throws {
        try endSessions(of: user, at: now)
        try forgetNetworks(of: user)
        try forgetLinks(of: user, keepingUndo: keepingUndo)
    }

    /// Records the address of an account as proven, if it was not.
    /// - Returns: the account after the change.
    func verified(_ user: User, in context: RequestContext) throws -> User {
        try prove(user, in: context)
        var changed = user
        changed.isEmailVerified = true
        return changed
    }

    /// Records the address of an account as proven.
    /// - Returns: false if it was proven before; nothing was changed.
    @discardableResult
    func prove(_ user: User, in context: RequestContext) throws -> Bool {
        guard try !user.isEmailVerified && setVerified(user.email, of: user.id, at: context.now) else { return false }
        try record(AuditEntry(.emailVerified, of: user.id, in: context))
        try announce(.user(user.id), at: context.now)
        return true
    }

    /// Gives an account another login, which is proven.
    /// - Throws: ``SQLError`` with `uniqueViolation` if another account has it.
    fileprivate func move(
        _ user: User, to address: String, cause: String, in context: RequestContext
    ) throws -> User {
        try claim(address, for: user.id)
        try execute("UPDATE \(table: .users) SET email = \(address) WHERE id = \(user.id)")
        try setVerified(address, of: user.id, at: context.now)
        let change = AuditChange("email", from: user.email, to: address)
        try record(AuditEntry(.emailChanged, of: user.id, cause: cause, changes: [change], in: context))
        try announce(.user(user.id), at: context.now)
        var moved = user
        (moved.email, moved.isEmailVerified) = (address, true)
        return moved
    }
}
