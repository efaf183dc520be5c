// SPDX-License-Identifier: Apache-2.0

import CSQLite
public import OstiaryCore
public import OstiarySQL
import Synchronization

/// A SQLite file with one writing thread and a few reading ones. Writes that wait share one durable commit.
///
/// Call ``close()`` before the end of the process. A value that is only released finishes its work too, but without
/// anybody waiting for its threads.
public final class SQLiteDatabase: SQLDatabase, WriteFailureKeeping {
    /// The version of SQLite as loaded.
    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    package let failures = WriteFailures()
    private let writer: SQLiteWriter
    private let readers: SQLiteReaders
    private let isClosed = Atomic<Bool>(false)
    private let path: String
    private let readAheadSize: Int
    private let busyTimeout: Int32
    /// Threads that read ahead; nil until they are needed. They wait for the disk, not for a core, so there are more.
    private let aheadReaders = Mutex<SQLiteReaders?>(nil)
    private static let aheadReaderCount = 8

    /// Opens the file. A missing one is created, readable for its owner only. Blocks the caller meanwhile.
    /// - Parameters:
    ///   - path: the path of a file on a local file system.
    ///   - readers: the number of reading threads.
    ///   - queueCapacity: the most writes, and the most reads, that wait; one more gets `overloaded`.
    ///   - groupLimit: the most writes in one commit.
    ///   - busyTimeout: the milliseconds to wait for the lock of another process.
    ///   - readAheadSize: the size of the file in bytes from which on ``readsAhead`` is true; smaller files stay in
    ///     memory.
    ///   - onChange: called on the writer's thread with the announced changes of a commit, before its callers are
    ///     answered; must not block.
    ///   - onRecord: called on the writer's thread with the audit entries of a commit; must not block.
    /// - Throws: ``OstiarySQL/SQLError`` with an advice that names the path.
    public init(
        path: String,
        readers: Int = 2,
        queueCapacity: Int = 4096,
        groupLimit: Int = 64,
        busyTimeout: Int32 = 5_000,
        readAheadSize: Int = 1 << 30,
        onChange: @escaping @Sendable ([StoredChange]) -> Void = { _ in },
        onRecord: @escaping @Sendable ([AuditEntry]) -> Void = { _ in }
    ) throws(SQLError) {
        self.writer = try SQLiteWriter(
            path: path, capacity: queueCapacity, groupLimit: groupLimit, busyTimeout: busyTimeout,
            isLarge: SQLiteConnection.size(of: path) >= readAheadSize, onChange: onChange, onRecord: onRecord
        )
        self.path = path
        self.readAheadSize = readAheadSize
        self.busyTimeout = busyTimeout
        self.readers = try SQLiteReaders(count: readers, path: path, capacity: queueCapacity, busyTimeout: busyTimeout)
    }

    public var dialect: SQLDialect { .sqlite }

    /// The number of writes that wait for the next commit.
    package var waitingWrites: Int { writer.waiting }

    /// The number of reads that wait for a thread.
    package var waitingReads: Int { readers.waiting }

    public func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await read(on: readers, body)
    }

    public var readsAhead: Bool { SQLiteConnection.size(of: path) >= readAheadSize }

    public func readAhead<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async -> T? {
        guard let readers = readersAhead() else { return nil }
        return try? await read(on: readers, body)
    }

    private func readersAhead() -> SQLiteReaders? {
        aheadReaders.withLock { readers in
            if readers == nil, !isClosed.load(ordering: .acquiring) {
                readers = try? SQLiteReaders(
                    count: Self.aheadReaderCount, path: path, capacity: Self.aheadReaderCount * 16,
                    busyTimeout: busyTimeout)
            }
            return readers
        }
    }

    private func read<T: Sendable>(
        on readers: SQLiteReaders, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = readers.push { connection in
                continuation.resume(
                    with: Result {
                        let connection = try connection.get()
                        return try connection.snapshot { try body(connection) }
                    }
                )
            }
            if !isTaken { continuation.resume(throwing: refusal) }
        }
    }

    /// Runs a closure in one transaction. The outcome of a commit is always known, so `trace` is never called.
    @discardableResult
    public func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let job = SQLiteWriteJob(
                run: { transaction in
                    let value = try body(transaction)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) }
            )
            if !writer.push(job) { continuation.resume(throwing: refusal) }
        }
    }

    /// Deletes announced changes that other processes have had time to read, except the newest one.
    ///
    /// Only a run of the oldest rows is deleted, although clocks may step back: through a gap in the middle
    /// ``SQLiteChangePoll`` would not find that it missed a change.
    /// - Returns: the number of deleted rows.
    @discardableResult
    package func pruneChanges(olderThan time: Timestamp) async throws -> Int {
        try await write { transaction in
            try transaction.execute(
                """
                DELETE FROM ostiary_change WHERE id < coalesce(
                    (SELECT id FROM ostiary_change WHERE at >= \(time.microseconds) ORDER BY id LIMIT 1),
                    (SELECT max(id) FROM ostiary_change)
                )
                """
            )
        }
    }

    /// Refuses further calls, runs those that wait, moves the log into the file and blocks until the threads end.
    ///
    /// Must not be called by a closure of ``read(until:_:)`` or ``write(until:_:trace:)``.
    public func close() {
        isClosed.store(true, ordering: .releasing)
        readers.close()
        aheadReaders.withLock { $0 }?.close()
        writer.close()
    }

    private var refusal: SQLError {
        SQLError(isClosed.load(ordering: .acquiring) ? .closed : .overloaded)
    }
}
