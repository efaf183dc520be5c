// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

extension SQLTransaction {
    /// Writes an audit entry. Once the transaction is durable, and before the caller is answered, the database calls
    /// `onRecord` with it. Hooks of the application run at once; what they record runs no further ones.
    /// - Throws: ``SQLError``, or the error of a hook.
    public func record(_ entry: AuditEntry) throws {
        try execute(Self.insertion(of: entry))
        note(entry)
        guard let hooks else { return }
        self.hooks = nil
        defer { self.hooks = hooks }
        try hooks.run(after: entry, in: self)
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

extension SQLConnection {
    /// The account of an effect that an earlier run of a transaction has had, found by its audit entry: no other request
    /// has the id.
    /// - Returns: the account as it is now; nil if the run was not committed.
    func trace(of event: AuditEvent, in context: RequestContext) throws -> User? {
        // No index leads to a request. The entry is among the newest ones: the run was seconds ago.
        try run(
            """
            SELECT \(raw: UserRow.columns) FROM \(table: .users) WHERE id = (
                SELECT a.user_id FROM (
                    SELECT id, at, event, request, user_id FROM ostiary_audit ORDER BY id DESC LIMIT 10000
                ) a
                WHERE a.request = \(context.id) AND a.at = \(context.now.microseconds) AND a.event = \(event.rawValue)
                ORDER BY a.id DESC LIMIT 1)
            """
        ).first.map(UserRow.user)
    }
}
