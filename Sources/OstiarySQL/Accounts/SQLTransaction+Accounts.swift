// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLTransaction {
    /// True if the proof for another login holds now.
    func holds(_ proof: ProfileChange.Proof, for user: User.ID) throws -> Bool {
        let query: SQLQuery
        switch proof {
        case .none: return false
        case .authority: return true
        case .password(let verified):
            query = "SELECT 1 FROM ostiary_user WHERE id = \(user) AND password = \(verified)"
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
