// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The list of what is revoked, in a table of the product.
///
/// On SQLite, which has a single writer, rows become visible in the order of their ids; the cursor names the last row, by
/// its id and its time, so that a database that was restored meanwhile is noticed. On PostgreSQL the cursor is a snapshot
/// of transactions: a row is new unless it was visible in that, however late its transaction was committed.
package struct SQLRevocationStore: RevocationStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func page(
        after cursor: String?, limit: Int, in context: RequestContext
    ) async throws -> RevocationPage? {
        var place: RevocationPlace?
        if let cursor {
            guard let read = RevocationPlace(cursor) else { return nil }
            place = read
        }
        let (dialect, row, snapshot) = (database.dialect, place?.row, place?.snapshot)
        return try await database.fetch(in: context) { connection in
            switch dialect {
            case .sqlite: try connection.page(after: row, limit: limit, at: context.now)
            case .postgres: try connection.page(after: snapshot, limit: limit, at: context.now)
            }
        }
    }

    package func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int {
        // The last row stays: cursors name it.
        let expired: SQLQuery = """
            DELETE FROM ostiary_revocation WHERE id IN (
                SELECT id FROM ostiary_revocation
                WHERE expires_at < \(now.microseconds) AND id < (SELECT MAX(id) FROM ostiary_revocation)
                ORDER BY expires_at LIMIT \(Int64(limit))\(raw: database.dialect.skippingLocked))
            """
        return try await database.commit { try $0.execute(expired) }
    }

    package func renumber() async throws {
        guard database.dialect == .postgres else { return }
        // Rows of a dump come from a server that has counted further than this one.
        _ = try await database.commit { transaction in
            try transaction.execute(
                """
                UPDATE ostiary_revocation SET transaction_id = pg_catalog.pg_current_xact_id()
                WHERE transaction_id > pg_catalog.pg_current_xact_id()
                """)
        }
    }
}

extension SQLConnection {
    /// A page on SQLite.
    fileprivate func page(after place: RowPlace?, limit: Int, at now: Timestamp) throws -> RevocationPage {
        let place = try place.flatMap { try isKnown($0) ? $0 : nil }
        let rows = try run(
            """
            SELECT id, kind, subject, at, expires_at FROM ostiary_revocation
            WHERE id > \(place?.id ?? 0) ORDER BY id LIMIT \(Int64(limit))
            """)
        var next = place ?? RowPlace(id: 0, at: 0)
        if let last = rows.last { next = RowPlace(id: try last.integer(0), at: try last.integer(3)) }
        return RevocationPage(
            entries: try rows.compactMap { try $0.revocation(at: now) }, cursor: next.text, isComplete: place == nil,
            hasMore: rows.count == limit)
    }

    private func isKnown(_ place: RowPlace) throws -> Bool {
        guard place.id > 0 else { return place == RowPlace(id: 0, at: 0) }
        return try !run("SELECT 1 FROM ostiary_revocation WHERE id = \(place.id) AND at = \(place.at)").isEmpty
    }

    /// A page on PostgreSQL.
    fileprivate func page(after place: SnapshotPlace?, limit: Int, at now: Timestamp) throws -> RevocationPage {
        let present = try run(
            """
            SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text,
                (EXTRACT(EPOCH FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::pg_catalog.int8,
                (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())::pg_catalog.int8
            """
        ).single()
        guard let current = TransactionSnapshot(try present.text(0)) else {
            throw StoreUnavailable(reason: "PostgreSQL has sent a snapshot of an unknown form")
        }
        let (start, database) = (try present.integer(1), try present.integer(2))
        // Transactions are counted by one server; after a restart or on another one the numbers mean nothing.
        let known = place.flatMap {
            $0.start == start && $0.database == database && $0.next <= current.next ? $0 : nil
        }
        let (seen, target) = (known?.seen ?? .none, known?.reading?.target ?? current)
        let rows = try run(
            """
            SELECT id, kind, subject, at, expires_at FROM ostiary_revocation
            WHERE id > \(known?.reading?.last ?? 0) AND transaction_id >= \(String(seen.oldest))::pg_catalog.xid8
                AND NOT pg_catalog.pg_visible_in_snapshot(transaction_id, \(seen.text)::pg_catalog.pg_snapshot)
                AND pg_catalog.pg_visible_in_snapshot(transaction_id, \(target.text)::pg_catalog.pg_snapshot)
            ORDER BY id LIMIT \(Int64(limit))
            """)
        var next = SnapshotPlace(start: start, database: database, seen: target)
        if rows.count == limit, let last = rows.last {
            (next.seen, next.reading) = (seen, (target, try last.integer(0)))
        }
        return RevocationPage(
            entries: try rows.compactMap { try $0.revocation(at: now) }, cursor: next.text, isComplete: known == nil,
            hasMore: rows.count == limit)
    }
}

extension SQLRow {
    /// - Returns: nil if no token of the row lives, or another release has written it.
    fileprivate func revocation(at now: Timestamp) throws -> Revocation? {
        guard let kind = RevocationKind(rawValue: try text(1)) else { return nil }
        let (end, text) = (try timestamp(4), try text(2))
        guard end > now, let subject = kind == .session ? SessionID(text)?.description : text else { return nil }
        return Revocation(kind: kind, subject: subject, at: try timestamp(3), expiresAt: end)
    }
}
