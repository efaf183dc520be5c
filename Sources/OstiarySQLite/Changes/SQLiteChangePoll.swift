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

/// Polls a file for changes by other processes, and gives caches a lease.
///
/// Caches may be used while ``holdsLease()`` is true: the last look at the file is less than a second old, and the
/// listener has received everything that it found.
package final class SQLiteChangePoll: Sendable {
    private let heartbeat = FeedHeartbeat()
    private let trigger = TriggerFlag()
    private let thread: Mutex<DedicatedThread?>

    /// Starts a thread that looks at the file until ``stop()``.
    ///
    /// The first look reports `everything`, since caches may be older than the position at which the poll begins. A
    /// failure, also to open the file, only delays the lease.
    /// - Parameters:
    ///   - interval: the pause between two looks; at most 200 ms.
    ///   - trigger: the trigger by which another program announces its changes; nil for none.
    ///   - listener: called on the thread of the poll; must not block.
    package init(
        path: String,
        interval: Duration = .milliseconds(150),
        proving trigger: ChangeTrigger? = nil,
        listener: @escaping @Sendable (StoredChanges) -> Void
    ) {
        let (heartbeat, flag) = (self.heartbeat, self.trigger)
        let pause = UInt32(max(.milliseconds(1), min(interval, .milliseconds(200))) / .microseconds(1))
        self.thread = Mutex(
            DedicatedThread {
                var feed = SQLiteChangeFeed(path: path, proving: trigger)
                while !heartbeat.isStopped.load(ordering: .relaxed) {
                    // The time from before the look: a change during it may have been missed.
                    let now = FeedHeartbeat.now()
                    if let changes = try? feed.look() {
                        if changes != .some([]) { listener(changes) }
                        flag.isProven.store(feed.hasTrigger, ordering: .releasing)
                        heartbeat.last.store(now, ordering: .releasing)
                    }
                    usleep(pause)
                }
            }
        )
    }

    deinit {
        heartbeat.isStopped.store(true, ordering: .relaxed)
    }

    /// True if the last successful look at the file began less than a second ago. Cheap, and callable on any thread.
    package func holdsLease() -> Bool {
        heartbeat.isFresh(at: FeedHeartbeat.now())
    }

    /// True if the trigger was there at the last look that ``holdsLease()`` counts from.
    package var provesTrigger: Bool { trigger.isProven.load(ordering: .acquiring) }

    /// Ends the lease and blocks until the thread has ended.
    package func stop() {
        heartbeat.isStopped.store(true, ordering: .relaxed)
        thread.takeAndJoin()
        heartbeat.last.store(FeedHeartbeat.never, ordering: .releasing)
    }
}

/// The result of the last look for a trigger, shared by the thread of a poll and its callers.
private final class TriggerFlag: Sendable {
    let isProven = Atomic<Bool>(false)
}
