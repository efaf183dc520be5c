// SPDX-License-Identifier: Apache-2.0

import Metrics

/// The reason why a listener takes no further connection for a while, by its name in metrics.
package enum AcceptPause: String, CaseIterable, Sendable {
    /// As many connections are open as the process may hold.
    case connections
    /// The process or the machine has no descriptor left.
    case descriptors

    private static let counters = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, Metric.acceptPauses.counter($0.rawValue)) })

    /// Counts a pause.
    package func count() { Self.counters[self]?.increment() }
}
