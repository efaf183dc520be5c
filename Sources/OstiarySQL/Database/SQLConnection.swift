// SPDX-License-Identifier: Apache-2.0

/// The synchronous connection that a closure of ``SQLDatabase`` is given. It must not leave the closure.
public protocol SQLConnection: AnyObject {
    /// The engine, for statements in which the engines differ.
    var dialect: SQLDialect { get }

    /// True while a transaction is open. False inside a closure means that the database has rolled back by itself.
    var isInTransaction: Bool { get }

    /// Runs a statement.
    /// - Returns: all rows; use `LIMIT` where the table may be large.
    /// - Throws: ``SQLError``.
    func run(_ query: SQLQuery) throws -> [SQLRow]

    /// Runs a statement and ignores its rows.
    /// - Returns: the number of changed rows.
    /// - Throws: ``SQLError``.
    @discardableResult
    func execute(_ query: SQLQuery) throws -> Int

    /// Runs several statements, separated by semicolons. For migrations only, since the text is not checked.
    /// - Throws: ``SQLError``.
    func script(_ sql: String) throws
}
