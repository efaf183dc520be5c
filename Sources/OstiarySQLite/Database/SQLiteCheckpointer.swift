import OstiaryCore
import OstiarySQL
import Synchronization

/// Moves the log into the file on a thread and a connection of its own, so that no write waits for thousands of pages.
///
/// The log begins anew only once all of it has been moved, and under load there is always more by then. So the bulk is
/// moved here, and the writer moves the rest, which is little. Both start with the first time that there is enough.
final class SQLiteCheckpointer: Sendable {
    /// Pages of 4 KiB that are enough. Refreshes write all over the file, and a page that several of them change is
    /// copied into it once.
    private static let enough = 4_000
    /// As many, and the writer no longer waits for the thread, which is held up or was refused.
    private static let tooMany = 32_000

    private let requests = BlockingQueue<Void>(capacity: 1)
    private let isMoved = Atomic<Bool>(false)
    private let path: String
    private let busyTimeout: Int32
    private let thread = Mutex<DedicatedThread?>(nil)
    /// At how many pages something is done next. The writer's own.
    private let due = Mutex(enough)

    init(path: String, busyTimeout: Int32) {
        self.path = path
        self.busyTimeout = busyTimeout
    }

    /// To be called by the writer after each commit, with its connection.
    func committed(_ connection: SQLiteConnection) {
        let pages = connection.logPages
        due.withLock { due in
            if pages < Self.enough { due = Self.enough }
            guard pages >= due else { return }
            if isMoved.exchange(false, ordering: .acquiring) || pages >= Self.tooMany {
                // What fails is tried again; a commit tells the error if it is one of the file.
                try? connection.moveLog()
                // Somebody who still reads an older state kept it from being all.
                due = pages + Self.enough / 2
            } else {
                start()
                _ = requests.push(())
            }
        }
    }

    /// Ends the thread and waits for it. To be called by the writer in the end.
    func close() {
        requests.close()
        thread.withLock { thread in
            defer { thread = nil }; return thread
        }?.join()
    }

    private func start() {
        thread.withLock { thread in
            guard thread == nil else { return }
            thread = DedicatedThread { [self] in
                var connection: SQLiteConnection?
                while !requests.take(atMost: 1).isEmpty {
                    connection = connection ?? (try? SQLiteConnection(path: path, role: .copy, busyTimeout: busyTimeout))
                    try? connection?.moveLog()
                    isMoved.store(true, ordering: .releasing)
                }
            }
        }
    }
}
