// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
public import OstiarySQL
import Synchronization

/// One SQLite file: one thread writes, a few read, and the writes of all that wait share one durable commit.
///
/// Call ``close()`` in the end: one that is only dropped finishes its work too, but nobody waits for its threads.
public final class SQLiteDatabase: SQLDatabase {
    private let writer: SQLiteWriter
    private let readers: SQLiteReaders
    private let isClosed = Atomic<Bool>(false)
    private let path: String
    private let readAheadSize: Int
    private let busyTimeout: Int32
    /// They wait for the disk, not for a core, so there are more of them; only where they are needed.
    private let aheadReaders = Mutex<SQLiteReaders?>(nil)
    private static let aheadReaderCount = 8

    /// Opens the file and creates it, readable for its owner only, where it is missing.
    ///
    /// Blocks the caller for as long as that takes.
    /// - Parameters:
    ///   - path: of a file on a local file system.
    ///   - readers: how many threads read.
    ///   - queueCapacity: how many writes, and how many reads, may wait; one more gets `overloaded`.
    ///   - groupLimit: the most writes in one commit.
    ///   - busyTimeout: how many milliseconds to wait for the lock of another process.
    ///   - readAheadSize: from how many bytes of the file on ``readsAhead``; smaller files stay in memory.
    ///   - onChange: is told, on the writer's thread, what committed writes announced, before their callers are
    ///     answered. It must not block.
    ///   - onRecord: is told there, too, which audit entries were committed. It must not block.
    /// - Throws: ``SQLError`` with an advice that names the path.
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

    /// How many writes wait for the next commit.
    package var waitingWrites: Int { writer.waiting }

    /// How many reads wait for a thread.
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

    /// A commit of this process is answered by this process, so a trace is never asked.
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

    /// Deletes the announced changes that other processes have had time to see, but never the newest.
    ///
    /// Only the oldest in a row are deleted: a gap in the middle would hide from ``SQLiteChangePoll`` that it missed
    /// something, and clocks may step back.
    /// - Returns: how many.
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
    /// Not to be called by a closure of ``read(_:)`` or ``write(_:)``.
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
