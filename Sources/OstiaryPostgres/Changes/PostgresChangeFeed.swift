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

/// Tells what other nodes changed in the same database, and for how long memory may be trusted.
///
/// What is kept in memory may be used while ``holdsLease()`` is true: then a heartbeat that was sent less than a second
/// ago has come back, and everything committed before it has reached the listener. Where notices do not come through –
/// behind a pooler that changes sessions, on a standby – there is never a lease, and nothing else is wrong.
package final class PostgresChangeFeed: Sendable {
    private let pulse = Pulse()
    private let thread: Mutex<DedicatedThread?>

    /// Starts a thread that listens until ``stop()``, on a connection of its own.
    ///
    /// Each connection begins with `everything`: what changed before it, nobody told.
    /// - Parameters:
    ///   - interval: between two heartbeats. Each is a transaction of the server, so not shorter than needed.
    ///   - node: tells this listener's heartbeats from those of others.
    ///   - onBeat: is told when the first heartbeat of a connection is back: changes arrive.
    ///   - onFailure: is told why there is no connection, once for each that was lost and for each try.
    ///   - listener: is called on the feed's thread. It must not block.
    package init(
        _ url: PostgresURL,
        interval: Duration = .milliseconds(250),
        node: UInt64 = .random(in: 0 ... .max),
        onBeat: @escaping @Sendable () -> Void = {},
        onFailure: @escaping @Sendable (SQLError) -> Void = { _ in },
        listener: @escaping @Sendable (StoredChanges) -> Void
    ) {
        let pulse = self.pulse
        var limits = PostgresLimits()
        limits.connect = .seconds(1)
        self.thread = Mutex(
            DedicatedThread { [limits] in
                var failures = 0
                var host = 0
                while !pulse.isStopped.load(ordering: .relaxed) {
                    do throws(SQLError) {
                        var listening = try PostgresListening(
                            url, limits, beginningWith: host, node: node, interval: interval
                        )
                        failures = 0
                        listener(.everything)
                        try listening.hear(pulse, onBeat, listener)
                    } catch {
                        failures += 1
                        host = (host + 1) % url.hosts
                        onFailure(error)
                        Self.pause(after: failures, pulse)
                    }
                }
            }
        )
    }

    deinit {
        pulse.isStopped.store(true, ordering: .relaxed)
    }

    /// 50 ms, doubled up to 1.6 s, and as much again at random: nodes do not come back in step.
    private static func pause(after failures: Int, _ pulse: Pulse) {
        let base = Int64(50) << min(failures - 1, 5)
        let end = PostgresDeadline(in: .milliseconds(base + .random(in: 0...base)))
        while !end.isOver, !pulse.isStopped.load(ordering: .relaxed) { usleep(20_000) }
    }

    /// Whether a heartbeat sent less than a second ago has come back. Cheap; for any thread.
    package func holdsLease() -> Bool {
        pulse.isFresh(at: Pulse.now())
    }

    /// Gives up the lease, and blocks until the thread has ended: a second at most, unless a host's name is being asked
    /// for.
    package func stop() {
        pulse.isStopped.store(true, ordering: .relaxed)
        thread.takeAndJoin()
        pulse.last.store(Pulse.never, ordering: .releasing)
    }
}
