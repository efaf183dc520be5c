// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// - Throws: ``SQLError`` with `uniqueViolation` if the address is taken.
    func insert(_ user: NewUser, at now: Timestamp) throws -> User {
        try claim(user.email.text)
        let further = furtherColumns(at: now)
        let insertion: SQLQuery = """
            INSERT INTO \(table: .users)
                (password, is_superuser, email, username, first_name, last_name, is_active, is_staff\(further.names))
            VALUES (\(user.encodedPassword), \(user.isSuperuser), \(user.email.text), \(user.username),
                \(user.firstName), \(user.lastName), \(user.isActive), \(user.isStaff)\(further.values))
            RETURNING \(raw: UserRow.columns)
            """
        do { return try UserRow.user(run(insertion).single()) } catch let error as SQLError {
            throw adopted == nil ? error : error.ofForeignTable
        }
    }

    /// True if the proof for another login holds now.
    func holds(_ proof: ProfileChange.Proof, for user: User.ID) throws -> Bool {
        let query: SQLQuery
        switch proof {
        case .none: return false
        case .authority: return true
        case .password(let verified):
            query = "SELECT 1 FROM \(table: .users) WHERE id = \(user) AND password = \(verified)"
        case .session(let session, let start):
            query = """
                SELECT 1 FROM ostiary_session
                WHERE id = \(session.bytes) AND user_id = \(user) AND ended_at IS NULL
                    AND COALESCE(authenticated_at, started_at) >= \(start.microseconds)
                """
        }
        return try !run(query).isEmpty
    }
}
