// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

/// Threads that read a file, each on its own connection, which its first read opens.
final class SQLiteReaders: Sendable {
    typealias Job = @Sendable (Result<SQLiteConnection, SQLError>) -> Void

    private let queue: BlockingQueue<Job>
    private let threads: Mutex<[DedicatedThread]>

    init(count: Int, path: String, capacity: Int, busyTimeout: Int32) throws(SQLError) {
        let queue = BlockingQueue<Job>(capacity: capacity)
        let threads = (0..<max(1, count)).compactMap { _ in
            DedicatedThread {
                var connection: SQLiteConnection?
                while let job = queue.take(atMost: 1).first {
                    do throws(SQLError) {
                        let open =
                            if let connection { connection } else {
                                try SQLiteConnection(path: path, role: .reader, busyTimeout: busyTimeout)
                            }
                        connection = open
                        job(.success(open))
                    } catch {
                        job(.failure(error))
                    }
                }
            }
        }
        guard !threads.isEmpty else {
            throw SQLError(.cannotOpen, advice: "the operating system refuses another thread")
        }
        self.queue = queue
        self.threads = Mutex(threads)
    }

    deinit {
        queue.close()
    }

    var waiting: Int { queue.count }

    /// - Returns: false if too many wait or the readers are closed.
    func push(_ job: @escaping Job) -> Bool { queue.push(job) }

    func close() {
        queue.close()
        threads.takeAndJoin()
    }
}
