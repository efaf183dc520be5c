// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one thread that writes to a file.
final class SQLiteWriter: Sendable {
    /// The writes in the last commit from which on the next one waits for more, like PostgreSQL's `commit_siblings`.
    private static let crowd = 8
    /// The wait in microseconds, like PostgreSQL's `commit_delay`. Callers that were just answered return one by one;
    /// each would cost a commit, with pages that all of them change.
    private static let gathering: UInt32 = 500

    private let queue: BlockingQueue<SQLiteWriteJob>
    private let thread: Mutex<DedicatedThread?>

    /// Blocks until the file is open.
    init(
        path: String, capacity: Int, groupLimit: Int, busyTimeout: Int32, isLarge: Bool,
        onChange: @escaping @Sendable ([StoredChange]) -> Void,
        onRecord: @escaping @Sendable ([AuditEntry]) -> Void
    ) throws(SQLError) {
        let queue = BlockingQueue<SQLiteWriteJob>(capacity: capacity)
        let opened = BlockingQueue<Result<Void, SQLError>>(capacity: 1)
        let thread = DedicatedThread {
            do throws(SQLError) {
                let connection = try SQLiteConnection(path: path, role: .writer, busyTimeout: busyTimeout)
                _ = opened.push(.success(()))
                connection.watchLog()
                let checkpointer = SQLiteCheckpointer(path: path, busyTimeout: busyTimeout, isLarge: isLarge)
                let group = SQLiteGroupCommit(
                    connection: connection, onChange: onChange, onRecord: onRecord)
                var size = 0
                while true {
                    var jobs = queue.take(atMost: max(1, groupLimit))
                    if jobs.isEmpty { break }
                    if size >= Self.crowd, jobs.count < groupLimit {
                        usleep(Self.gathering)
                        if queue.count > 0 { jobs += queue.take(atMost: groupLimit - jobs.count) }
                    }
                    size = jobs.count
                    group.run(jobs)
                    checkpointer.committed(connection)
                }
                checkpointer.close()
                // Pages that cannot be moved now are moved at the next start.
                _ = try? connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
            } catch {
                _ = opened.push(.failure(error))
            }
        }
        guard let thread else { throw SQLError(.cannotOpen, advice: "the operating system refuses another thread") }
        self.queue = queue
        self.thread = Mutex(thread)
        if case .failure(let error)? = opened.take(atMost: 1).first {
            close()
            throw error
        }
    }

    deinit {
        // The last reference may be released on the thread itself, which cannot wait for its own end.
        queue.close()
    }

    var waiting: Int { queue.count }

    /// - Returns: false if too many wait or the writer is closed.
    func push(_ job: SQLiteWriteJob) -> Bool { queue.push(job) }

    func close() {
        queue.close()
        thread.takeAndJoin()
    }
}
