// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// The open transaction of a write closure.
public final class SQLTransaction {
    private let connection: any SQLConnection
    /// The announced changes, which listeners receive once the transaction is durable.
    package private(set) var changes: [StoredChange] = []
    /// The recorded audit entries, which listeners receive once the transaction is durable.
    package private(set) var entries: [AuditEntry] = []
    /// The error with which the database ended the transaction by itself.
    package private(set) var end: SQLError?
    /// The hooks of the application; nil for none, and while one of them runs.
    var hooks: TransactionHooks?
    /// The tables of another program that statements use; nil for none.
    package var adopted: AdoptedTables?

    package init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// The engine, for statements in which the engines differ.
    public var dialect: SQLDialect { connection.dialect }

    /// See ``SQLConnection/run(_:)``.
    public func run(_ query: SQLQuery) throws -> [SQLRow] {
        try guarded { try connection.run(rendered(query)) }
    }

    /// See ``SQLConnection/execute(_:)``.
    @discardableResult
    public func execute(_ query: SQLQuery) throws -> Int {
        try guarded { try connection.execute(rendered(query)) }
    }

    private func rendered(_ query: SQLQuery) -> SQLQuery { adopted.map { query.on($0, dialect) } ?? query }

    /// Announces a change: to listeners in this process after the commit and before the caller is answered, to other
    /// processes by a row that they poll (SQLite) or a notice (PostgreSQL).
    /// - Parameters:
    ///   - change: the change.
    ///   - time: the time of the change, by which rows are pruned.
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

    /// Runs a statement only while the transaction is open. A closure may catch the error with which SQLite has rolled
    /// back by itself (disk full, for example); its further statements would be committed one by one.
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
