/// A database that runs synchronous closures on threads of its own.
///
/// The closures cannot await, so nobody can hold a lock while waiting for something slower.
public protocol SQLDatabase: Sendable {
    var dialect: SQLDialect { get }

    /// Runs the closure on one snapshot of the data; it cannot write.
    /// - Throws: what the closure throws, or ``SQLError`` (`overloaded` and `closed` before it was started).
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Runs the closure in one transaction, and answers once that is durable.
    ///
    /// Nothing is kept if the closure throws. A violated constraint has to leave the closure: catch it outside,
    /// because a transaction of PostgreSQL cannot go on after one.
    /// - Throws: what the closure throws, or ``SQLError`` (`overloaded` and `closed` before it was started).
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (SQLTransaction) throws -> T) async throws -> T
}
