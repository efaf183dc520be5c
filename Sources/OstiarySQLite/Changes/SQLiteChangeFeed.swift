// SPDX-License-Identifier: Apache-2.0

package import OstiarySQL

/// Reads the new rows of `ostiary_change`.
package struct SQLiteChangeFeed {
    /// The most changes that one look reports; more become `everything`.
    private static let limit: Int64 = 1_000

    private let path: String
    private var connection: SQLiteConnection?
    /// SQLite's `data_version`, comparable on one connection only.
    private var version: Int64?
    /// The id of the last reported change; nil before the first look.
    private var last: Int64?
    private let trigger: ChangeTrigger?
    /// The `schema_version` of the last look, which each change of a table, an index or a trigger moves.
    private var schema: Int64?
    /// True if ``trigger`` was there at the last look.
    package private(set) var hasTrigger = false

    /// - Parameters:
    ///   - path: the path of the file.
    ///   - trigger: the trigger by which another program announces its changes; nil for none.
    package init(path: String, proving trigger: ChangeTrigger? = nil) {
        self.path = path
        self.trigger = trigger
    }

    /// - Returns: the changes since the last call; `everything` for the first call, if changes were pruned unread, and if
    ///   the trigger of another program may have been missing meanwhile.
    /// - Throws: ``SQLError``; the next call reports the changes then.
    package mutating func look() throws(SQLError) -> StoredChanges {
        do throws(SQLError) {
            let open = if let connection { connection } else { try reader() }
            connection = open
            return try look(open)
        } catch {
            if error.code != .busy {
                connection = nil
                version = nil
            }
            throw error
        }
    }

    private func reader() throws(SQLError) -> SQLiteConnection {
        // A short timeout: while it waits for a lock, the heartbeat gets older.
        try SQLiteConnection(path: path, role: .reader, busyTimeout: 100)
    }

    private mutating func look(_ connection: SQLiteConnection) throws(SQLError) -> StoredChanges {
        let version = try connection.run("PRAGMA data_version").first?.integer(0)
        if let version, version == self.version, last != nil { return .some([]) }
        let isRenewed = try prove(on: connection)
        let changes = isRenewed ? try skip(connection) : try news(connection)
        // The version was read before the rows, so a commit in between changes it again.
        self.version = version
        return changes
    }

    /// Looks for the trigger if the schema has moved.
    /// - Returns: true if it is there and may have been missing since the last look.
    private mutating func prove(on connection: SQLiteConnection) throws(SQLError) -> Bool {
        guard let trigger else { return false }
        let schema = try connection.run("PRAGMA schema_version").first?.integer(0)
        guard schema == nil || schema != self.schema else { return false }
        hasTrigger = try trigger.isComplete(connection.run(ChangeTrigger.listing))
        // The schema was read before the trigger, so a change in between moves it again.
        self.schema = schema
        return hasTrigger
    }

    private mutating func news(_ connection: SQLiteConnection) throws(SQLError) -> StoredChanges {
        guard let last else { return try skip(connection) }
        let rows = try connection.run(
            """
            SELECT id, kind, subject FROM ostiary_change WHERE id >= \(last) ORDER BY id LIMIT \(Self.limit + 2)
            """
        )
        guard let first = rows.first else { return last == 0 ? .some([]) : try skip(connection) }
        // Ids have no gaps, so if neither `last` nor the next id is there, rows were pruned before they were read here.
        let oldest = try first.integer(0)
        guard oldest == last || oldest == last + 1, rows.count <= Self.limit + 1 else { return try skip(connection) }
        var changes: [StoredChange] = []
        var newest = last
        for row in rows {
            let id = try row.integer(0)
            guard id > last else { continue }
            changes.append(StoredChange(kind: try row.text(1), subject: try row.text(2)))
            newest = id
        }
        self.last = newest
        return .some(changes)
    }

    private mutating func skip(_ connection: SQLiteConnection) throws(SQLError) -> StoredChanges {
        last = try connection.run("SELECT max(id) FROM ostiary_change").first?.optionalInteger(0) ?? 0
        return .everything
    }
}
