// SPDX-License-Identifier: Apache-2.0

/// A connection as a closure of ``SQLDatabase`` sees it: synchronous, and valid on that closure's thread only.
public protocol SQLConnection: AnyObject {
    var dialect: SQLDialect { get }

    /// Whether a transaction is open. False inside one means that the database has rolled it back by itself.
    var isInTransaction: Bool { get }

    /// Runs a statement to its end.
    /// - Returns: all its rows; bound them with `LIMIT` where the table may be large.
    /// - Throws: ``SQLError``.
    func run(_ query: SQLQuery) throws -> [SQLRow]

    /// Runs a statement and drops its rows.
    /// - Returns: how many rows it changed, 0 for a statement that changes none.
    /// - Throws: ``SQLError``.
    @discardableResult
    func execute(_ query: SQLQuery) throws -> Int

    /// Runs several statements that are separated by semicolons. For migrations only: the text is not checked.
    /// - Throws: ``SQLError``.
    func script(_ sql: String) throws
}
