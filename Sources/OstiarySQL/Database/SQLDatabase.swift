// SPDX-License-Identifier: Apache-2.0

/// A database that runs synchronous closures on threads of its own.
///
/// The closures cannot await, so nobody can hold a lock while waiting for something slower.
public protocol SQLDatabase: Sendable {
    var dialect: SQLDialect { get }

    /// The same database for what may take minutes, such as migrations. Itself, unless a driver has deadlines.
    var patient: any SQLDatabase { get }

    /// Runs the closure on one snapshot of the data; it cannot write. A driver may run it more than once.
    /// - Parameter deadline: after which nobody waits for the answer: a driver that has to wait gives up by then. nil for
    ///   its own limit only.
    /// - Throws: what the closure throws, or ``SQLError`` (`overloaded` and `closed` before it was started).
    func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T

    /// Whether a write should not wait for the disk while others stand in line behind it: a driver with one writer, and a
    /// file too large to be in memory.
    var readsAhead: Bool { get }

    /// Reads what the caller's next write will look at. Several at once wait for the disk at once.
    /// - Returns: nil for every failure, which means nothing.
    func readAhead<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async -> T?

    /// Runs the closure in one transaction, and answers once that is durable.
    ///
    /// Nothing is kept if the closure throws. A driver may run it anew, from its start, after its transaction was rolled
    /// back by a conflict or a lost connection; so it has no effects but those on the transaction. A violated constraint
    /// has to leave the closure: catch it outside, because a transaction of PostgreSQL cannot go on after one.
    /// - Parameters:
    ///   - deadline: as in ``read(until:_:)``.
    ///   - trace: looks whether an earlier run of the closure was kept and returns its value, or nil if it was
    ///   not. It is asked when the answer to a commit is lost together with the server's memory of it. Without it such a
    ///   call fails, though its write may be there.
    /// - Throws: what the closure throws, or ``SQLError`` (`overloaded` and `closed` before it was started).
    @discardableResult
    func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T
}

extension SQLDatabase {
    /// The same for what nobody waits for.
    public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await read(until: nil, body)
    }

    /// The same for what nobody waits for.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await write(until: nil, body, trace: trace)
    }

    /// The same for what may be done twice without harm.
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
