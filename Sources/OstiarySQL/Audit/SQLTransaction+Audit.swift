// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension SQLTransaction {
    /// Writes an audit entry. Once the transaction is durable, and before the caller is answered, the database calls
    /// `onRecord` with it.
    /// - Throws: ``SQLError``.
    public func record(_ entry: AuditEntry) throws {
        try execute(Self.insertion(of: entry))
        note(entry)
    }

    /// Writes an entry whose count may grow, or adds to the count of its row.
    /// - Returns: the id of the row.
    func add(_ entry: AuditEntry) throws -> Int64 {
        let growth: SQLQuery = "UPDATE ostiary_audit SET count = count + \(Int64(entry.count)) WHERE id = \(entry.id)"
        defer { note(entry) }
        if entry.id != 0, try execute(growth) == 1 { return entry.id }
        return try run("\(Self.insertion(of: entry)) RETURNING id").single().integer(0)
    }

    private static func insertion(of entry: AuditEntry) -> SQLQuery {
        """
        INSERT INTO ostiary_audit
            (at, event, actor, user_id, session_id, network, request, cause, object, changes, count)
        VALUES (\(entry.at.microseconds), \(entry.event.rawValue), \(entry.actor), \(entry.user),
            \(entry.session?.bytes), \(entry.network?.description), \(entry.request), \(entry.cause),
            \(entry.object), \(AuditRow.text(of: entry.changes)), \(Int64(entry.count)))
        """
    }
}
