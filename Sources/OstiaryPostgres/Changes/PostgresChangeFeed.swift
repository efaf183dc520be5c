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

/// Listens for changes by other nodes in a database, and gives caches a lease.
///
/// Caches may be used while ``holdsLease()`` is true: a heartbeat that was sent less than a second ago has come back,
/// and the listener has received everything that was committed before it. Where notices do not arrive (behind a pooler
/// that changes sessions, on a standby), there is never a lease, and requests ask the database.
package final class PostgresChangeFeed: Sendable {
    private let heartbeat = FeedHeartbeat()
    private let thread: Mutex<DedicatedThread?>

    /// Starts a thread that listens on its own connection until ``stop()``.
    ///
    /// Each connection begins with `everything`, since changes before it were missed.
    /// - Parameters:
    ///   - interval: the time between two heartbeats, each of which is a transaction.
    ///   - node: a number by which nodes tell their heartbeats apart.
    ///   - onBeat: called when the first heartbeat of a connection has come back, so that notices arrive.
    ///   - onFailure: called with the reason for each lost connection and each failed attempt.
    ///   - listener: called on the thread of the feed; must not block.
    package init(
        _ url: PostgresURL,
        interval: Duration = .milliseconds(250),
        node: UInt64 = .random(in: 0 ... .max),
        onBeat: @escaping @Sendable () -> Void = {},
        onFailure: @escaping @Sendable (SQLError) -> Void = { _ in },
        listener: @escaping @Sendable (StoredChanges) -> Void
    ) {
        let heartbeat = self.heartbeat
        var limits = PostgresLimits()
        limits.connect = .seconds(1)
        self.thread = Mutex(
            DedicatedThread { [limits] in
                var failures = 0
                var host = 0
                while !heartbeat.isStopped.load(ordering: .relaxed) {
                    do throws(SQLError) {
                        var listening = try PostgresListener(
                            url, limits, beginningWith: host, node: node, interval: interval
                        )
                        failures = 0
                        listener(.everything)
                        try listening.hear(heartbeat, onBeat, listener)
                    } catch {
                        failures += 1
                        host = (host + 1) % url.hosts
                        onFailure(error)
                        Self.pause(after: failures, heartbeat)
                    }
                }
            }
        )
    }

    deinit {
        heartbeat.isStopped.store(true, ordering: .relaxed)
    }

    /// Waits 50 ms, doubled with each failure up to 1.6 s, and as much again at random, so that nodes do not reconnect
    /// in step.
    private static func pause(after failures: Int, _ heartbeat: FeedHeartbeat) {
        let base = Int64(50) << min(failures - 1, 5)
        let end = PostgresDeadline(in: .milliseconds(base + .random(in: 0...base)))
        while !end.isOver, !heartbeat.isStopped.load(ordering: .relaxed) { usleep(20_000) }
    }

    /// True if a heartbeat that was sent less than a second ago has come back. Cheap, and callable on any thread.
    package func holdsLease() -> Bool {
        heartbeat.isFresh(at: FeedHeartbeat.now())
    }

    /// Ends the lease and blocks until the thread has ended: at most a second, unless the name of a host is being
    /// resolved.
    package func stop() {
        heartbeat.isStopped.store(true, ordering: .relaxed)
        thread.takeAndJoin()
        heartbeat.last.store(FeedHeartbeat.never, ordering: .releasing)
    }
}
