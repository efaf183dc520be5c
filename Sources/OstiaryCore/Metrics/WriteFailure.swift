// SPDX-License-Identifier: Apache-2.0

import Metrics

/// The reason why a database did not keep a write, by its name in metrics.
package enum WriteFailure: String, CaseIterable, Sendable {
    /// The disk or the database is full.
    case full
    case readOnly = "read_only"
    /// The role lacks a right.
    case denied
    /// The database cannot be reached, or did not answer in time.
    case unavailable
    /// Another process held a lock for too long.
    case busy
    /// Too many calls waited.
    case overloaded
    /// Another transaction was in conflict, in every repetition.
    case conflict
    case ioError = "io_error"
    case corrupt
    case other

    private static let counters = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, Metric.failedWrites.counter($0.rawValue)) })

    /// True if the next write may fail for the same reason, whatever the load; false if only this one was unlucky, or if
    /// the database does not answer at all.
    package var mayLast: Bool {
        switch self {
        case .full, .readOnly, .denied, .ioError, .corrupt, .other: true
        case .unavailable, .busy, .overloaded, .conflict: false
        }
    }

    /// Counts a write that was not kept for this reason.
    package func count() { Self.counters[self]?.increment() }
}
