// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

/// Moves the log into the file on its own thread and connection, so that no write waits for thousands of pages.
///
/// SQLite restarts the log only once all of it was moved, and under load there are always new pages by then. So this
/// thread moves the bulk, and the writer moves the few pages that are left. The thread starts when it is first needed.
final class SQLiteCheckpointer: Sendable {
    /// The pages of 4 KiB from which on the log should restart. Refreshes write all over the file, and a page that
    /// several of them change is copied once.
    private static let enough = 4_000
    /// The pages from which on the writer moves the log itself, since the thread is held up or was refused.
    private static let tooMany = 32_000

    private let requests = BlockingQueue<Void>(capacity: 1)
    private let isMoved = Atomic<Bool>(false)
    private let path: String
    private let busyTimeout: Int32
    private let portion: Int
    private let thread = Mutex<DedicatedThread?>(nil)
    /// The pages at which the next step is due, and the pages after the last commit. Used by the writer only.
    private let progress: Mutex<(due: Int, pages: Int)>

    /// - Parameter isLarge: true if the file does not fit into memory. Its pages are moved in small portions, since
    ///   thousands of them would keep the disk busy for longer than a read should wait.
    init(path: String, busyTimeout: Int32, isLarge: Bool) {
        self.path = path
        self.busyTimeout = busyTimeout
        self.portion = isLarge ? 250 : Self.enough
        self.progress = Mutex((portion, 0))
    }

    /// Called by the writer after each commit, with its connection.
    func committed(_ connection: SQLiteConnection) {
        let pages = connection.logPages
        progress.withLock { progress in
            if pages < progress.pages { progress.due = portion }
            progress.pages = pages
            let isFinish = pages >= Self.enough && isMoved.exchange(false, ordering: .acquiring)
            if isFinish || pages >= max(Self.tooMany, progress.due) {
                // A failure is retried; an error of the file is reported by a commit.
                try? connection.moveLog()
            } else if pages >= progress.due {
                start()
                _ = requests.push(())
            } else {
                return
            }
            progress.due = pages + portion
        }
    }

    /// Ends the thread and waits for it. Called by the writer before it ends.
    func close() {
        requests.close()
        thread.takeAndJoin()
    }

    private func start() {
        thread.withLock { thread in
            guard thread == nil else { return }
            thread = DedicatedThread { [self] in
                var connection: SQLiteConnection?
                while !requests.take(atMost: 1).isEmpty {
                    let open = connection ?? (try? .init(path: path, role: .copy, busyTimeout: busyTimeout))
                    try? open?.moveLog()
                    connection = open
                    isMoved.store(true, ordering: .releasing)
                }
            }
        }
    }
}
