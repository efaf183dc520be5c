// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A moment on the monotonic clock after which waiting is an error.
package struct Deadline {
    private let end: ContinuousClock.Instant

    package init(_ seconds: Double) { end = .now + .seconds(seconds) }

    package var passed: Bool { end <= .now }

    /// What is left, for poll(2): at least 0, at most an hour.
    package var milliseconds: Int32 {
        let left = (end - .now) / .milliseconds(1)
        return Int32(max(0, min(left.rounded(.up), 3_600_000)))
    }
}

/// Asks `value` every so many microseconds until it answers; nil when the time is over.
package func waitUntil<T>(
    _ seconds: Double, every microseconds: UInt32 = 10_000, _ value: () throws -> T?
) rethrows -> T? {
    let deadline = Deadline(seconds)
    while true {
        if let found = try value() { return found }
        if deadline.passed { return nil }
        usleep(microseconds)
    }
}

/// Seconds since `start`.
package func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
}

/// Sleeps the thread.
package func pause(_ seconds: Double) {
    usleep(UInt32(seconds * 1_000_000))
}
