// SPDX-License-Identifier: Apache-2.0

package import OstiarySQL

/// Reads `ostiary_change` from where it was left.
package struct SQLiteChangeFeed {
    /// More than this at once are not worth telling one by one.
    private static let limit: Int64 = 1_000

    private let path: String
    private var connection: SQLiteConnection?
    /// SQLite's `data_version`, comparable on one connection only.
    private var version: Int64?
    /// The newest change that was told; nil before the first look.
    private var last: Int64?

    package init(path: String) {
        self.path = path
    }

    /// - Returns: what came since the last call; `everything` from the first one and where changes were pruned.
    /// - Throws: ``SQLError``; nothing is lost then, the next call tells it.
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
        // Waiting for a lock would only make the beat older than it has to be.
        try SQLiteConnection(path: path, role: .reader, busyTimeout: 100)
    }

    private mutating func look(_ connection: SQLiteConnection) throws(SQLError) -> StoredChanges {
        let version = try connection.run("PRAGMA data_version").first?.integer(0)
        if let version, version == self.version, last != nil { return .some([]) }
        let changes = try news(connection)
        // Read before the rows: a commit in between moves it once more.
        self.version = version
        return changes
    }

    private mutating func news(_ connection: SQLiteConnection) throws(SQLError) -> StoredChanges {
        guard let last else { return try skip(connection) }
        let rows = try connection.run(
            """
            SELECT id, kind, subject FROM ostiary_change WHERE id >= \(last) ORDER BY id LIMIT \(Self.limit + 2)
            """
        )
        guard let first = rows.first else { return last == 0 ? .some([]) : try skip(connection) }
        // Ids have no gaps, so a missing neighbour of the last one was pruned before it could be seen here.
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
