// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// A deadline on a monotonic clock that includes the time for which the machine sleeps.
package struct PostgresDeadline: Sendable {
    private let end: Int64

    package init(in duration: Duration) {
        let (nanoseconds, overflow) = FeedHeartbeat.now().addingReportingOverflow(duration.nanoseconds)
        self.end = overflow ? .max : nanoseconds
    }

    private init(end: Int64) { self.end = end }

    package func sooner(_ other: PostgresDeadline) -> PostgresDeadline {
        PostgresDeadline(end: min(end, other.end))
    }

    package var isOver: Bool { end <= FeedHeartbeat.now() }

    /// The time left for poll(2), rounded up, at most an hour.
    package var milliseconds: Int32 {
        let left = (end - FeedHeartbeat.now()) / 1_000_000
        return left < 0 ? 0 : Int32(min(left + 1, 3_600_000))
    }
}

extension Duration {
    /// The nanoseconds; saturates.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carries) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carries ? (seconds < 0 ? .min : .max) : sum
    }

    var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
