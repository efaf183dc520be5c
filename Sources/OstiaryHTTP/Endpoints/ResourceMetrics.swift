// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Metrics

/// Counts and times the requests of one resource. Made once, since a metric's look-up costs more than a request may.
struct ResourceMetrics: Sendable {
    private let duration: Timer
    /// Counters by the first digit of the status.
    private let requests: [Counter]

    init(name: String) {
        let resource = ("resource", name.lowercased())
        self.duration = Timer(
            label: "ostiary_http_request_duration_seconds", dimensions: [resource], preferredDisplayUnit: .seconds
        )
        self.requests = (1...5).map { digit in
            Counter(label: "ostiary_http_requests_total", dimensions: [resource, ("status", "\(digit)xx")])
        }
    }

    func record(_ status: HTTPResponse.Status, since start: ContinuousClock.Instant) {
        let elapsed = (ContinuousClock.now - start).components
        duration.recordNanoseconds(elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
        let digit = status.code / 100
        if (1...5).contains(digit) { requests[digit - 1].increment() }
    }
}
