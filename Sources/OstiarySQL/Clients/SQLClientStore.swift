// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Clients and the digests of their secrets.
package struct SQLClientStore: ClientStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func clients(in context: RequestContext) async throws -> [StoredClient] {
        let query: SQLQuery = """
            SELECT \(raw: ClientRow.columns) FROM ostiary_client
            ORDER BY created_at DESC, id LIMIT \(Int64(Client.maximumCount))
            """
        return try await database.fetch(in: context) { try $0.run(query).compactMap(ClientRow.client) }
    }

    package func client(_ id: String, in context: RequestContext) async throws -> StoredClient? {
        let query: SQLQuery = "SELECT \(raw: ClientRow.columns) FROM ostiary_client WHERE id = \(id)"
        return try await database.fetch(in: context) { try $0.run(query).first.flatMap(ClientRow.client) }
    }

    package func add(_ stored: StoredClient, in context: RequestContext) async throws -> ClientAddition {
        let client = stored.client
        let insertion: SQLQuery = """
            INSERT INTO ostiary_client (id, name, kind, may, secret, created_at, secret_made_at)
            VALUES (\(client.id), \(client.name), \(client.kind.rawValue), \(client.mayText), \(stored.secret.bytes),
                \(client.createdAt.microseconds), \(client.secretMadeAt.microseconds))
            ON CONFLICT DO NOTHING
            """
        return try await database.commit(in: context) { transaction in
            try transaction.lock("ostiary_client")
            let count = try transaction.run("SELECT COUNT(*) FROM ostiary_client").single().integer(0)
            guard count < Int64(Client.maximumCount) else { return .full }
            guard try transaction.execute(insertion) == 1 else { return .taken }
            try transaction.record(.added(client, in: context))
            try transaction.announce(.clients, at: context.now)
            return .added
        }
    }

    package func rotate(
        _ id: String, to secret: ClientSecretDigest, isImmediate: Bool, in context: RequestContext
    ) async throws -> Bool {
        try await changing(
            """
            UPDATE ostiary_client SET previous_secret = CASE WHEN \(isImmediate) THEN NULL ELSE secret END,
                secret = \(secret.bytes), secret_made_at = \(context.now.microseconds) WHERE id = \(id)
            """,
            AuditEntry(.clientSecretRotated, cause: isImmediate ? "now" : nil, object: id, in: context), in: context)
    }

    package func set(_ id: String, isEnabled: Bool, in context: RequestContext) async throws -> Bool? {
        let moment = isEnabled ? nil : context.now.microseconds
        let isDone = try await changing(
            """
            UPDATE ostiary_client SET disabled_at = \(moment)
            WHERE id = \(id) AND (disabled_at IS NULL) <> \(isEnabled)
            """,
            AuditEntry(isEnabled ? .clientEnabled : .clientDisabled, object: id, in: context), in: context)
        if isDone { return true }
        return try await client(id, in: context).map { _ in false }
    }

    package func remove(_ id: String, in context: RequestContext) async throws -> Bool {
        try await changing(
            "DELETE FROM ostiary_client WHERE id = \(id)", AuditEntry(.clientRemoved, object: id, in: context),
            in: context)
    }

    package func note(uses: [String: Timestamp], in context: RequestContext) async throws {
        try await database.commit(in: context) { transaction in
            // In one order on all servers, so that two of them never wait for each other.
            for (id, moment) in uses.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                try transaction.execute(
                    """
                    UPDATE ostiary_client SET last_used_at = \(moment.microseconds)
                    WHERE id = \(id) AND (last_used_at IS NULL OR last_used_at < \(moment.microseconds))
                    """)
            }
        }
    }

    /// Runs a change of one client. If it has changed a row, it is recorded and announced.
    private func changing(
        _ change: SQLQuery, _ entry: AuditEntry, in context: RequestContext
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            guard try transaction.execute(change) == 1 else { return false }
            try transaction.record(entry)
            try transaction.announce(.clients, at: context.now)
            return true
        }
    }
}
