// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The tickets of logins across hosts in a table, as digests.
package struct SQLGateStore: GateStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func add(_ ticket: GateTicket, in context: RequestContext) async throws -> Bool {
        let now = context.now.microseconds
        return try await database.commit(in: context) { transaction in
            let insert: SQLQuery = """
                INSERT INTO ostiary_gate_ticket (digest, session_id, origin, state, expires_at)
                SELECT \(ticket.digest.bytes), id, \(ticket.origin), \(ticket.state.bytes),
                    \(ticket.expiresAt.microseconds)
                FROM ostiary_session
                WHERE id = \(ticket.session.bytes) AND ended_at IS NULL AND purge_after > \(now)
                """
            guard try transaction.execute(insert) == 1 else { return false }
            try transaction.execute(
                """
                DELETE FROM ostiary_gate_ticket WHERE session_id = \(ticket.session.bytes) AND digest NOT IN (
                    SELECT digest FROM ostiary_gate_ticket
                    WHERE session_id = \(ticket.session.bytes) AND expires_at > \(now)
                    ORDER BY expires_at DESC, digest LIMIT \(Int64(GateTicket.most)))
                """)
            return true
        }
    }

    package func redeem(
        _ ticket: GateDigest, origin: String, state: GateDigest, in context: RequestContext
    ) async throws -> GateEntry? {
        let now = context.now.microseconds
        let use: SQLQuery = """
            DELETE FROM ostiary_gate_ticket
            WHERE digest = \(ticket.bytes) AND origin = \(origin) AND state = \(state.bytes) AND expires_at > \(now)
            RETURNING session_id
            """
        return try await database.commit(in: context) { transaction in
            guard let session = try transaction.run(use).first?.sessionID(0) else { return nil }
            let lookup: SQLQuery = """
                SELECT s.user_id, s.purge_after, \(raw: AuthenticationRow.columns) FROM ostiary_session s
                WHERE s.id = \(session.bytes) AND s.ended_at IS NULL AND s.purge_after > \(now)
                """
            guard let row = try transaction.run(lookup).first else { return nil }
            let login = try AuthenticationRow.authentication(row, from: 2)
            return GateEntry(
                session: session, user: try row.integer(0), expiresAt: try row.timestamp(1),
                authenticatedAt: login.isKnown ? login.at : nil)
        }
    }

    package func expiry(of session: SessionID, in context: RequestContext) async throws -> Timestamp? {
        let query: SQLQuery = """
            SELECT purge_after FROM ostiary_session WHERE id = \(session.bytes) AND ended_at IS NULL
            """
        return try await database.fetch(in: context) { try $0.run(query).first?.timestamp(0) }
    }

    package func isOver(_ token: RefreshTokenDigest, in context: RequestContext) async throws -> Bool {
        let query: SQLQuery = """
            SELECT 1 FROM ostiary_refresh_token t LEFT JOIN ostiary_refresh_token n ON n.digest = t.successor
            WHERE t.digest = \(token.bytes) AND t.spent_at IS NOT NULL
                AND (n.expires_at IS NULL OR n.expires_at <= \(context.now.microseconds))
            """
        return try await database.fetch(in: context) { try !$0.run(query).isEmpty }
    }

    package func groups(of user: User.ID, in context: RequestContext) async throws -> [String] {
        try await database.fetch(in: context) { try $0.groupNames(of: user, if: true) ?? [] }
    }
}

extension SQLTransaction {
    /// - Returns: the number of deleted tickets.
    func deleteTickets(before now: Timestamp, limit: Int) throws -> Int {
        try execute(
            """
            DELETE FROM ostiary_gate_ticket WHERE digest IN (
                SELECT digest FROM ostiary_gate_ticket
                WHERE expires_at <= \(now.microseconds) LIMIT \(Int64(limit))\(raw: dialect.skippingLocked))
            """)
    }
}
