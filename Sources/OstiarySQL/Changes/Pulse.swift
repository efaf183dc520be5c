// SPDX-License-Identifier: Apache-2.0

package import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The heartbeat of a change feed: what its thread and those who ask for the lease share.
package final class Pulse: Sendable {
    package static let never = Int64.min
    private static let lease: Int64 = 1_000_000_000

    package init() {}

    package let last = Atomic<Int64>(Pulse.never)
    package let isStopped = Atomic<Bool>(false)

    package func isFresh(at now: Int64) -> Bool {
        let beat = last.load(ordering: .acquiring)
        return beat != Self.never && now - beat < Self.lease
    }

    /// Nanoseconds of a clock that nobody sets and that does not stop while the machine sleeps.
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
