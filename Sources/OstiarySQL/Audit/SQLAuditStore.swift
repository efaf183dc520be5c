// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Audit entries in a table of their own.
package struct SQLAuditStore: AuditStore {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry] {
        guard !query.isInVain else { return [] }
        // One query for each subject: with OR the engines would use neither of the two indexes.
        let subjects: [SQLQuery] =
            [query.user.map { "user_id = \($0)" }, query.object.map { "object = \($0)" }].compactMap { $0 }
        let order: StaticString = query.isNewestFirst ? " DESC" : ""
        let conditions = Self.conditions(query)
        return try await database.fetch(in: context) { connection in
            let found = try (subjects.isEmpty ? ["1 = 1"] : subjects).flatMap { subject in
                try connection.run(
                    """
                    SELECT \(raw: AuditRow.columns) FROM ostiary_audit WHERE \(subject)\(conditions)
                    ORDER BY id\(raw: order) LIMIT \(Int64(query.limit))
                    """
                ).map(AuditRow.entry)
            }
            guard subjects.count > 1 else { return found }
            let sorted = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }.values
                .sorted { query.isNewestFirst ? $0.id > $1.id : $0.id < $1.id }
            return Array(sorted.prefix(query.limit))
        }
    }

    private static func conditions(_ query: AuditQuery) -> SQLQuery {
        var text: SQLQuery = " AND id > \(query.after)"
        if let before = query.before { text = "\(text) AND id < \(before)" }
        if let event = query.event { text = "\(text) AND event = \(event.rawValue)" }
        if let actor = query.actor { text = "\(text) AND actor = \(actor)" }
        if let session = query.session { text = "\(text) AND session_id = \(session.bytes)" }
        if let network = query.network { text = "\(text) AND network = \(network.description)" }
        if let since = query.since { text = "\(text) AND at >= \(since.microseconds)" }
        if let until = query.until { text = "\(text) AND at < \(until.microseconds)" }
        return text
    }

    package func add(_ entries: [AuditEntry], in context: RequestContext) async throws -> [Int64] {
        try await database.commit(in: context) { transaction in try entries.map { try transaction.add($0) } }
    }

    /// More than the newest entries of settings, which are never deleted.
    private static let kept = 500

    package func deleteEntries(before horizon: Timestamp, limit: Int) async throws -> Int {
        // Only the oldest rows are read: a search would read the whole table where no row is to be deleted.
        let deletion: SQLQuery = """
            DELETE FROM ostiary_audit WHERE id IN (
                SELECT a.id FROM (
                    SELECT id, at, event, object FROM ostiary_audit ORDER BY id LIMIT \(Int64(limit + Self.kept))
                    \(raw: database.dialect.skippingLocked)
                ) a
                WHERE a.at < \(horizon.microseconds) AND NOT (a.event = 'setting_changed' AND NOT EXISTS (
                    SELECT 1 FROM ostiary_audit b
                    WHERE b.object = a.object AND b.event = 'setting_changed' AND b.id > a.id))
                ORDER BY a.id LIMIT \(Int64(limit)))
            """
        return try await database.commit { try $0.execute(deletion) }
    }
}
