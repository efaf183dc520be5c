// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
package import OstiarySQL
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Tells what other processes changed in the same file, and for how long memory may be trusted.
///
/// What is kept in memory may be used while ``holdsLease()`` is true: then the last look at the file is less than a
/// second old, and all it showed has reached the listener.
package final class SQLiteChangePoll: Sendable {
    private let pulse = Pulse()
    private let thread: Mutex<DedicatedThread?>

    /// Starts a thread that looks at the file until ``stop()``.
    ///
    /// The first look tells `everything`, because what was in memory before it may be older than the position at
    /// which the poll begins. Failures, also to open the file, only miss a beat.
    /// - Parameters:
    ///   - interval: the pause between two looks; at most 200 ms.
    ///   - listener: is called on the poll's thread. It must not block.
    package init(
        path: String,
        interval: Duration = .milliseconds(150),
        listener: @escaping @Sendable (StoredChanges) -> Void
    ) {
        let pulse = self.pulse
        let pause = UInt32(max(.milliseconds(1), min(interval, .milliseconds(200))) / .microseconds(1))
        self.thread = Mutex(
            DedicatedThread {
                var feed = SQLiteChangeFeed(path: path)
                while !pulse.isStopped.load(ordering: .relaxed) {
                    // The beat counts from before the look: a change made during it may have been missed.
                    let now = Pulse.now()
                    if let changes = try? feed.look() {
                        if changes != .some([]) { listener(changes) }
                        pulse.last.store(now, ordering: .releasing)
                    }
                    usleep(pause)
                }
            }
        )
    }

    deinit {
        pulse.isStopped.store(true, ordering: .relaxed)
    }

    /// Whether the last successful look at the file began less than a second ago. Cheap; for any thread.
    package func holdsLease() -> Bool {
        pulse.isFresh(at: Pulse.now())
    }

    /// Gives up the lease, and blocks until the thread has ended.
    package func stop() {
        pulse.isStopped.store(true, ordering: .relaxed)
        thread.takeAndJoin()
        pulse.last.store(Pulse.never, ordering: .releasing)
    }
}
