// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Passwords in the table of users.
package struct SQLPasswordStore: PasswordStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func replacePassword(
        id: User.ID, current: String, with encoded: String, in context: RequestContext
    ) async throws -> Bool {
        let update: SQLQuery = """
            UPDATE \(table: .users) SET password = \(encoded) WHERE id = \(id) AND password = \(current)
            """
        return try await database.commit(in: context) { try $0.execute(update) == 1 }
    }

    package func changePassword(
        to encoded: String, opening session: NewSession, in context: RequestContext
    ) async throws -> SessionOpening {
        guard case .password(let verified) = session.proof else { return .userChanged }
        let user = session.user
        let change: SQLQuery = """
            UPDATE \(table: .users) SET password = \(encoded)
            WHERE id = \(user) AND is_active AND password = \(verified)
            """
        return try await database.commit(in: context) { transaction in
            guard try transaction.execute(change) == 1 else { return .userChanged }
            try transaction.endSessions(of: user, at: context.now)
            try transaction.forgetNetworks(of: user)
            try transaction.unmarkPassword(of: user)
            try transaction.insert(session, in: context)
            // The entry has the new session, since the old ones have ended.
            try transaction.record(AuditEntry(.passwordChanged, of: user, session: session.id, in: context))
            try transaction.forgetLinks(of: user, keepingUndo: true)
            try transaction.enqueue(session.notice, of: user, at: context.now)
            return .opened(OpenedSession(groups: try transaction.groupNames(of: user, if: session.namesGroups)))
        } trace: { connection in
            try connection.trace(of: session)
        }
    }

    package func resetPassword(
        id: User.ID, to encoded: String, mustChange: Bool, notice: MailNotice?, in context: RequestContext
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            try transaction.beginAdministration()
            guard let rights = try transaction.rights(of: id) else { return false }
            try transaction.require(
                .changeUser, over: id, from: rights, to: rights, by: transaction.authority(in: context))
            guard try transaction.execute("UPDATE \(table: .users) SET password = \(encoded) WHERE id = \(id)") == 1
            else {
                return false
            }
            try transaction.endSessions(of: id, at: context.now)
            try transaction.forgetNetworks(of: id)
            try transaction.unmarkPassword(of: id)
            if mustChange { try transaction.markPassword(of: id, at: context.now) }
            try transaction.record(AuditEntry(.passwordReset, of: id, in: context))
            try transaction.forgetLinks(of: id, keepingUndo: true)
            try transaction.enqueue(notice, of: id, at: context.now)
            return true
        }
    }
}

extension SQLTransaction {
    /// Marks a password as one to be changed.
    func markPassword(of user: User.ID, at now: Timestamp) throws {
        try execute("INSERT INTO ostiary_password_mark (user_id, at) VALUES (\(user), \(now.microseconds))")
    }

    func unmarkPassword(of user: User.ID) throws {
        try execute("DELETE FROM ostiary_password_mark WHERE user_id = \(user)")
    }
}
