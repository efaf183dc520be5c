// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// The open transaction that a write closure works in.
public final class SQLTransaction {
    private let connection: any SQLConnection
    /// What is to be told once the transaction is durable.
    package private(set) var changes: [StoredChange] = []
    /// The recorded entries, to be told then too.
    package private(set) var entries: [AuditEntry] = []
    /// The failure with which the database ended the transaction by itself.
    package private(set) var end: SQLError?

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    public var dialect: SQLDialect { connection.dialect }

    /// See ``SQLConnection/run(_:)``.
    public func run(_ query: SQLQuery) throws -> [SQLRow] {
        try guarded { try connection.run(query) }
    }

    /// See ``SQLConnection/execute(_:)``.
    @discardableResult
    public func execute(_ query: SQLQuery) throws -> Int {
        try guarded { try connection.execute(query) }
    }

    /// Tells others what changed: listeners in this process after the commit and before the caller is answered,
    /// other processes through the table of ``Migration/changeFeed`` or a notice of PostgreSQL.
    /// - Parameter time: when, for pruning.
    /// - Throws: ``SQLError``.
    public func announce(_ change: StoredChange, at time: Timestamp) throws {
        switch dialect {
        case .sqlite:
            try execute(
                """
                INSERT INTO ostiary_change (kind, subject, at)
                VALUES (\(change.kind), \(change.subject), \(time.microseconds))
                """
            )
        case .postgres:
            try execute("SELECT pg_catalog.pg_notify('ostiary_change', \(change.payload))")
        }
        changes.append(change)
    }

    func note(_ entry: AuditEntry) { entries.append(entry) }

    func script(_ sql: String) throws {
        try guarded { try connection.script(sql) }
    }

    /// A closure may swallow the error with which SQLite rolled everything back (disk full, for one). What it runs
    /// then would be committed statement by statement, so it is refused.
    private func guarded<Value>(_ statement: () throws -> Value) throws -> Value {
        guard connection.isInTransaction else { throw ended(by: nil) }
        do {
            return try statement()
        } catch let error as SQLError {
            throw connection.isInTransaction ? error : ended(by: error)
        }
    }

    private func ended(by error: SQLError?) -> SQLError {
        let first = end ?? error ?? SQLError(.other, detail: "the transaction ended inside the closure")
        end = first
        return first
    }
}
