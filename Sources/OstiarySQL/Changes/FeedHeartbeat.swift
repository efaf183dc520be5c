// SPDX-License-Identifier: Apache-2.0

package import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The heartbeat of a change feed, shared by its thread and the callers that check the lease.
package final class FeedHeartbeat: Sendable {
    package static let never = Int64.min
    /// The nanoseconds for which a heartbeat is a lease.
    private static let lease: Int64 = 1_000_000_000

    package init() {}

    /// The time of the last heartbeat.
    package let last = Atomic<Int64>(FeedHeartbeat.never)
    /// True once the feed has to end.
    package let isStopped = Atomic<Bool>(false)

    /// True if the last heartbeat is less than a second old.
    package func isFresh(at now: Int64) -> Bool {
        let beat = last.load(ordering: .acquiring)
        return beat != Self.never && now - beat < Self.lease
    }

    /// The nanoseconds of a monotonic clock that includes the time for which the machine sleeps.
    package static func now() -> Int64 {
        #if os(Linux)
            let clock = CLOCK_BOOTTIME
        #else
            let clock = CLOCK_MONOTONIC
        #endif
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
