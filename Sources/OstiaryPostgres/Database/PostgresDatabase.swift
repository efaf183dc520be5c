// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
public import OstiarySQL
import Synchronization

/// A PostgreSQL database: a bounded pool of connections, each with a thread that blocks in poll(2) and nowhere else.
///
/// Connections are opened by the first calls that need them, so a server that is away is no obstacle to a start. A write
/// is one transaction at READ COMMITTED: what is read to be judged has to be locked. Its closure is run anew after a
/// conflict (five times at most) and after its connection was lost before COMMIT was sent (twice at most); so it must
/// have no effects but those on the transaction. Call ``close()`` in the end.
public final class PostgresDatabase: SQLDatabase {
    private let pool: PostgresPool
    private let threads: Mutex<[DedicatedThread]>
    private let isClosed = Atomic<Bool>(false)

    /// Starts the threads; connects to nothing yet.
    /// - Parameters:
    ///   - onChange: is told, on one of the pool's threads, what a committed write announced, before its caller is
    ///     answered. It must not block.
    ///   - onRecord: is told there, too, which audit entries were committed. It must not block.
    ///   - onWarning: is told, at each new connection, of settings of the server that an operator should know of.
    /// - Throws: ``SQLError``.
    public init(
        _ url: PostgresURL, limits: PostgresLimits = PostgresLimits(),
        onChange: @escaping @Sendable ([StoredChange]) -> Void = { _ in },
        onRecord: @escaping @Sendable ([AuditEntry]) -> Void = { _ in },
        onWarning: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(SQLError) {
        self.pool = PostgresPool(url, limits, onChange: onChange, onRecord: onRecord, onWarning: onWarning)
        self.threads = Mutex(try pool.start())
    }

    deinit {
        // The last reference may be dropped on one of the threads, so they are not waited for here.
        pool.queue.close()
    }

    public var dialect: SQLDialect { .postgres }

    /// How many calls wait for a connection.
    package var waiting: Int { pool.queue.count }

    /// How many connections are open.
    package var connections: Int { pool.reach.connected }

    public var patient: any SQLDatabase { PatientPostgres(pool.url) }

    public func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            push(
                .read { connection in
                    let value = try body(connection)
                    return { continuation.resume(returning: value) }
                },
                until: deadline, fail: { continuation.resume(throwing: $0) }
            )
        }
    }

    @discardableResult
    public func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            push(
                .write { transaction in
                    let value = try body(transaction)
                    return { continuation.resume(returning: value) }
                } trace: { connection in
                    guard let trace else { throw PostgresJob.NoTrace() }
                    guard let value = try trace(connection) else { return nil }
                    return { continuation.resume(returning: value) }
                },
                until: deadline, fail: { continuation.resume(throwing: $0) }
            )
        }
    }

    private func push(
        _ work: PostgresJob.Work, until deadline: ContinuousClock.Instant?,
        fail: @escaping @Sendable (any Error) -> Void
    ) {
        let call = PostgresDeadline(in: pool.limits.call)
        let deadline = deadline.map { call.sooner(PostgresDeadline(in: $0 - .now)) } ?? call
        let job = PostgresJob(work: work, deadline: deadline, fail: fail)
        guard !pool.queue.push(job) else { return }
        fail(SQLError(isClosed.load(ordering: .acquiring) ? .closed : .overloaded))
    }

    /// Refuses further calls, runs those that wait and blocks until the threads end; at most as long as a call may take.
    ///
    /// Not to be called by a closure of ``read(_:)`` or ``write(_:)``.
    public func close() {
        isClosed.store(true, ordering: .releasing)
        pool.queue.close()
        threads.takeAndJoin()
    }
}

/// A connection for what may take minutes. It is opened by the first call and goes with this value.
private final class PatientPostgres: SQLDatabase {
    private let database: Result<PostgresDatabase, SQLError>

    init(_ url: PostgresURL) {
        self.database = Result { () throws(SQLError) in try PostgresDatabase(url, limits: .patient) }
    }

    var dialect: SQLDialect { .postgres }

    func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await database.get().read(until: deadline, body)
    }

    func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await database.get().write(until: deadline, body, trace: trace)
    }
}
