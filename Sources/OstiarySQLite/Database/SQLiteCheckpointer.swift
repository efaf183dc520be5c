// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

/// Moves the log into the file on a thread and a connection of its own, so that no write waits for thousands of pages.
///
/// The log begins anew only once all of it has been moved, and under load there is always more by then. So the bulk is
/// moved here, and the writer moves the rest, which is little. The thread starts with the first time that there is
/// enough.
final class SQLiteCheckpointer: Sendable {
    /// From how many pages of 4 KiB on the log should begin anew. Refreshes write all over the file, and a page that
    /// several of them change is copied into it once.
    private static let enough = 4_000
    /// From how many on the writer no longer waits for the thread, which is held up or was refused.
    private static let tooMany = 32_000

    private let requests = BlockingQueue<Void>(capacity: 1)
    private let isMoved = Atomic<Bool>(false)
    private let path: String
    private let busyTimeout: Int32
    private let portion: Int
    private let thread = Mutex<DedicatedThread?>(nil)
    /// At how many pages something is done next, and how many there were last. The writer's own.
    private let progress: Mutex<(due: Int, pages: Int)>

    /// - Parameter isLarge: whether the file is not kept in memory as a whole. Its pages are moved in small portions then:
    ///   the disk is busy with thousands of them for longer than somebody who has to read from it should wait.
    init(path: String, busyTimeout: Int32, isLarge: Bool) {
        self.path = path
        self.busyTimeout = busyTimeout
        self.portion = isLarge ? 250 : Self.enough
        self.progress = Mutex((portion, 0))
    }

    /// To be called by the writer after each commit, with its connection.
    func committed(_ connection: SQLiteConnection) {
        let pages = connection.logPages
        progress.withLock { progress in
            if pages < progress.pages { progress.due = portion }
            progress.pages = pages
            let isFinish = pages >= Self.enough && isMoved.exchange(false, ordering: .acquiring)
            if isFinish || pages >= max(Self.tooMany, progress.due) {
                // What fails is tried again; a commit tells the error if it is one of the file.
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

    /// Ends the thread and waits for it. To be called by the writer in the end.
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
