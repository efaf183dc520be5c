/// A database that runs synchronous closures on threads of its own.
///
/// The closures cannot await, so nobody can hold a lock while waiting for something slower.
public protocol SQLDatabase: Sendable {
    var dialect: SQLDialect { get }

    /// The same database for what may take minutes, such as migrations. Itself, unless a driver has deadlines.
    var patient: any SQLDatabase { get }

    /// Runs the closure on one snapshot of the data; it cannot write. A driver may run it more than once.
    /// - Throws: what the closure throws, or ``SQLError`` (`overloaded` and `closed` before it was started).
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Runs the closure in one transaction, and answers once that is durable.
    ///
    /// Nothing is kept if the closure throws. A driver may run it anew, from its start, after its transaction was rolled
    /// back by a conflict or a lost connection; so it has no effects but those on the transaction. A violated constraint has to leave the closure: catch it outside,
    /// because a transaction of PostgreSQL cannot go on after one.
    /// - Throws: what the closure throws, or ``SQLError`` (`overloaded` and `closed` before it was started).
    @discardableResult
    func write<T: Sendable>(_ body: @escaping @Sendable (SQLTransaction) throws -> T) async throws -> T
}

extension SQLDatabase {
    public var patient: any SQLDatabase { self }
}
