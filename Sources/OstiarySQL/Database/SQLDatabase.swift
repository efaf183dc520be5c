// SPDX-License-Identifier: Apache-2.0

/// A database that runs synchronous closures on its own threads.
///
/// The closures cannot await, so no transaction holds a lock while it waits for something slower.
public protocol SQLDatabase: Sendable {
    /// The engine, for statements in which the engines differ.
    var dialect: SQLDialect { get }

    /// The database without deadlines, for migrations and other work that may take minutes.
    var patient: any SQLDatabase { get }

    /// Runs a closure on one snapshot of the data. The closure cannot write, and a driver may run it more than once.
    /// - Parameters:
    ///   - deadline: the moment by which a driver that has to wait gives up; nil for the driver's own limit.
    ///   - body: the closure; a driver may run it more than once.
    /// - Throws: the error of the closure, or ``SQLError`` (`overloaded` and `closed` before the closure was run).
    func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T

    /// True if pages should be read before a write that needs them: the engine has a single writer, and the file is
    /// larger than memory.
    var readsAhead: Bool { get }

    /// Reads the pages of the caller's next write, so that the writer does not wait for the disk. Calls run
    /// concurrently.
    /// - Returns: nil after a failure, which callers ignore.
    func readAhead<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async -> T?

    /// Runs a closure in one transaction and returns once that is durable.
    ///
    /// Nothing is kept if the closure throws. A driver runs it again after a conflict or a lost connection has rolled
    /// the transaction back, so the closure must have no effects beside those on the transaction. It must not catch the
    /// error of a violated constraint: a transaction of PostgreSQL cannot go on after one.
    /// - Parameters:
    ///   - deadline: as in ``read(until:_:)``.
    ///   - body: the closure; a driver may run it more than once.
    ///   - trace: finds the outcome of an earlier run: returns its value if that was committed, else nil. It is called
    ///     if the answer to a COMMIT was lost and the server no longer knows the transaction. Without it such a call
    ///     fails, although its write may be committed.
    /// - Throws: the error of the closure, or ``SQLError`` (`overloaded` and `closed` before the closure was run).
    @discardableResult
    func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T

    /// Runs a closure on a connection of its own that has no transaction, so that each statement is one. PostgreSQL
    /// only, for statements that refuse to run in a transaction. They may take hours.
    /// - Parameters:
    ///   - lock: an advisory lock, held during the closure.
    ///   - body: the closure; a driver may run it more than once.
    /// - Returns: nil if another process holds the lock; the closure was not run.
    /// - Throws: the error of the closure, or ``SQLError``.
    func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T?
}

extension SQLDatabase {
    public func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T? {
        throw SQLError(.other, detail: "every statement is part of a transaction")
    }

    /// ``read(until:_:)`` without a deadline.
    public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await read(until: nil, body)
    }

    /// ``write(until:_:trace:)`` without a deadline.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await write(until: nil, body, trace: trace)
    }

    /// ``write(until:_:trace:)`` without a deadline, for a write that may be repeated without harm.
    @discardableResult
    public func write<T: Sendable>(_ body: @escaping @Sendable (SQLTransaction) throws -> T) async throws -> T {
        try await write(until: nil, body, trace: nil)
    }

    public var patient: any SQLDatabase { self }

    public var readsAhead: Bool { false }

    public func readAhead<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async -> T? { nil }
}
