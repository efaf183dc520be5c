// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The outbox in a table. Several nodes may work on it: a claim is one statement, so no two take the same row.
package struct SQLOutboxStore: OutboxStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func enqueue(
        _ message: NewOutboxMessage, pending: PendingRegistration?, limit: Int, in context: RequestContext
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            guard try transaction.enqueue(message, limit: limit, at: context.now) else { return false }
            if let pending { try transaction.insert(pending) }
            return true
        } trace: { connection in
            let trace: SQLQuery = "SELECT 1 FROM ostiary_outbox WHERE nonce = \(message.nonce.bytes)"
            return try connection.run(trace).isEmpty ? nil : true
        }
    }

    package func claim(
        _ limit: Int, _ claim: OutboxClaim, in context: RequestContext
    ) async throws -> [OutboxMessage] {
        let now = context.now.microseconds
        let skipping = database.dialect.skippingLocked
        // MATERIALIZED: the rows are chosen once, before the first one is changed.
        let query: SQLQuery = """
            WITH due AS MATERIALIZED (
                SELECT id FROM ostiary_outbox
                WHERE failed_at IS NULL AND due_at <= \(now) AND claimed_until <= \(now)
                ORDER BY due_at, id LIMIT \(Int64(limit))\(raw: skipping))
            UPDATE ostiary_outbox SET claim = \(claim.id), claimed_until = \(claim.until.microseconds)
            WHERE id IN (SELECT id FROM due)
            RETURNING \(raw: OutboxRow.columns)
            """
        let messages = try await database.commit(in: context) { try $0.run(query).compactMap(OutboxRow.message) }
        return messages.sorted { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }
    }

    package func sent(_ id: OutboxMessage.ID, _ claim: OutboxClaim, in context: RequestContext) async throws {
        _ = try await database.commit(in: context) {
            try $0.execute("DELETE FROM ostiary_outbox WHERE id = \(id) AND claim = \(claim.id)")
        }
    }

    package func failed(
        _ id: OutboxMessage.ID, _ claim: OutboxClaim, because reason: String, due: Timestamp?, isCounted: Bool,
        in context: RequestContext
    ) async throws {
        let failedAt = due == nil ? context.now : nil
        let text = String(reason.unicodeScalars.prefix(300))
        let update: SQLQuery = """
            UPDATE ostiary_outbox SET failure = \(text), failed_at = \(failedAt?.microseconds),
                due_at = COALESCE(\(due?.microseconds), due_at), attempts = attempts + \(isCounted ? 1 : 0),
                claim = NULL, claimed_until = 0
            WHERE id = \(id) AND claim = \(claim.id)
            """
        _ = try await database.commit(in: context) { try $0.execute(update) }
    }

    package func release(_ claim: OutboxClaim, in context: RequestContext) async throws {
        _ = try await database.commit(in: context) {
            try $0.execute("UPDATE ostiary_outbox SET claim = NULL, claimed_until = 0 WHERE claim = \(claim.id)")
        }
    }

    package func messages(
        failed: Bool, after id: OutboxMessage.ID, limit: Int, in context: RequestContext
    ) async throws -> [OutboxMessage] {
        let query: SQLQuery = """
            SELECT \(raw: OutboxRow.columns) FROM ostiary_outbox
            WHERE (failed_at IS NOT NULL) = \(failed) AND id > \(id) ORDER BY id LIMIT \(Int64(limit))
            """
        return try await database.fetch(in: context) { try $0.run(query).compactMap(OutboxRow.message) }
    }

    package func retry(_ ids: [OutboxMessage.ID], in context: RequestContext) async throws -> Int {
        try await each(ids, .mailRetried, in: context) { id in
            """
            UPDATE ostiary_outbox SET due_at = \(context.now.microseconds), failed_at = NULL
            WHERE id = \(id) AND expires_at > \(context.now.microseconds)
            """
        }
    }

    package func drop(_ ids: [OutboxMessage.ID], in context: RequestContext) async throws -> Int {
        try await each(ids, .mailDropped, in: context) { "DELETE FROM ostiary_outbox WHERE id = \($0)" }
    }

    private func each(
        _ ids: [OutboxMessage.ID], _ event: AuditEvent, in context: RequestContext,
        _ statement: @escaping @Sendable (OutboxMessage.ID) -> SQLQuery
    ) async throws -> Int {
        try await database.commit(in: context) { transaction in
            try ids.count { id in
                guard try transaction.execute(statement(id)) == 1 else { return false }
                try transaction.record(AuditEntry(event, object: String(id), in: context))
                return true
            }
        }
    }

    package func counts(in context: RequestContext) async throws -> OutboxCounts {
        let limit = Int64(OutboxCounts.limit)
        let query: SQLQuery = """
            SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM ostiary_outbox WHERE failed_at IS NULL LIMIT \(limit)) w),
                (SELECT COUNT(*) FROM (SELECT 1 FROM ostiary_outbox WHERE failed_at IS NOT NULL LIMIT \(limit)) f),
                (SELECT created_at FROM ostiary_outbox WHERE failed_at IS NULL ORDER BY id LIMIT 1),
                (SELECT due_at FROM ostiary_outbox WHERE failed_at IS NULL ORDER BY due_at, id LIMIT 1)
            """
        return try await database.fetch(in: context) { connection in
            let row = try connection.run(query).single()
            return OutboxCounts(
                waiting: Int(clamping: try row.integer(0)), failed: Int(clamping: try row.integer(1)),
                oldest: try row.optionalTimestamp(2), due: try row.optionalTimestamp(3))
        }
    }

    package func deleteExpired(failedBefore moment: Timestamp, at now: Timestamp, limit: Int) async throws -> Int {
        let (skipping, most) = (database.dialect.skippingLocked, Int64(limit))
        let statements: [SQLQuery] = [
            """
            DELETE FROM ostiary_outbox WHERE id IN (
                SELECT id FROM ostiary_outbox WHERE failed_at < \(moment.microseconds) LIMIT \(most)\(raw: skipping))
            """,
            """
            DELETE FROM ostiary_one_time_token WHERE digest IN (
                SELECT digest FROM ostiary_one_time_token
                WHERE expires_at <= \(now.microseconds) LIMIT \(most)\(raw: skipping))
            """,
            """
            DELETE FROM ostiary_pending_registration WHERE digest IN (
                SELECT digest FROM ostiary_pending_registration
                WHERE expires_at <= \(now.microseconds) LIMIT \(most)\(raw: skipping))
            """,
            """
            DELETE FROM ostiary_mail_budget WHERE subject IN (
                SELECT subject FROM ostiary_mail_budget
                WHERE started_at <= \(now.adding(seconds: -86_400).microseconds) LIMIT \(most)\(raw: skipping))
            """,
        ]
        return try await database.commit { transaction in
            try statements.reduce(0) { try $0 + transaction.execute($1) }
        }
    }
}

extension SQLTransaction {
    fileprivate func insert(_ pending: PendingRegistration) throws {
        try execute(
            """
            INSERT INTO ostiary_pending_registration (digest, email, password, attempts, expires_at)
            VALUES (\(pending.digest.bytes), \(pending.email.text), \(pending.encodedPassword), 0,
                \(pending.expiresAt.microseconds))
            """
        )
    }
}
