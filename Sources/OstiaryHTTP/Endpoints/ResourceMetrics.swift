// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Metrics
import OstiaryCore

/// Counts and times the requests of one resource. Made once, since a metric's look-up costs more than a request may.
struct ResourceMetrics: Sendable {
    private struct StatusClass: Sendable {
        let requests: Counter
        let duration: Timer
    }

    /// By the first digit of the status, from 2 on.
    private let classes: [StatusClass]

    /// Answers to browsers. A page asks the API, which counts that request too.
    static let pages = "pages"
    /// Paths without a resource.
    static let unknown = "unknown"

    init(name: String) {
        let resource = name.lowercased()
        classes = (2...5).map { digit in
            StatusClass(
                requests: Metric.requests.counter(resource, "\(digit)xx"),
                duration: Metric.requestDuration.timer(resource, "\(digit)xx"))
        }
    }

    func record(_ status: HTTPResponse.Status, since start: ContinuousClock.Instant) {
        let place = status.code / 100 - 2
        guard classes.indices.contains(place) else { return }
        let elapsed = (ContinuousClock.now - start).components
        classes[place].duration.recordNanoseconds(
            elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
        classes[place].requests.increment()
    }
}
