// SPDX-License-Identifier: Apache-2.0

import CPostgres
public import OstiaryCore
public import OstiarySQL
import Synchronization

/// A PostgreSQL database: a bounded pool of connections, each with a thread that blocks in poll(2) only.
///
/// Connections are opened when they are first needed, so a process can start without the server. A write is one
/// transaction at READ COMMITTED, so rows that it reads to decide must be locked. Its closure is run again after a
/// conflict (at most five runs) and after a connection that was lost before COMMIT was sent (at most twice), so it must
/// have no effects beside those on the transaction. Call ``close()`` before the end of the process.
public final class PostgresDatabase: SQLDatabase, WriteFailureKeeping {
    /// The version of libpq as loaded.
    package static var libraryVersion: String {
        let version = PQlibVersion()
        return "\(version / 10_000).\(version % 10_000)"
    }

    package let failures = WriteFailures()
    private let pool: PostgresPool
    private let threads: Mutex<[DedicatedThread]>
    private let isClosed = Atomic<Bool>(false)

    /// Starts the threads, without connecting yet.
    /// - Parameters:
    ///   - url: the place of the database.
    ///   - limits: the bounds of connections and queues.
    ///   - onChange: called on a thread of the pool with the announced changes of a commit, before its caller is
    ///     answered; must not block.
    ///   - onRecord: called on a thread of the pool with the audit entries of a commit; must not block.
    ///   - onWarning: called for each new connection with warnings about settings of the server.
    /// - Throws: ``OstiarySQL/SQLError``.
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
        // The last reference may be released on one of the threads, which cannot wait for its own end.
        pool.queue.close()
        threads.withLock { threads in
            for thread in threads { thread.detach() }
        }
    }

    public var dialect: SQLDialect { .postgres }

    /// The number of calls that wait for a connection.
    package var waiting: Int { pool.queue.count }

    /// The number of open connections.
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

    public func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T? {
        try await pool.url.withoutTransaction(holding: lock, body)
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

    /// Refuses further calls, runs those that wait and blocks until the threads end, at most for the time of a call.
    ///
    /// Must not be called by a closure of ``read(until:_:)`` or ``write(until:_:trace:)``.
    public func close() {
        isClosed.store(true, ordering: .releasing)
        pool.queue.close()
        threads.takeAndJoin()
    }
}

/// A connection without short limits. The first call opens it, and it is closed with this value.
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

    func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T? {
        try await database.get().withoutTransaction(holding: lock, body)
    }
}
