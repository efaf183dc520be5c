// SPDX-License-Identifier: Apache-2.0

import Metrics
import OstiaryCore
import OstiaryHTTP
import ServiceLifecycle

/// Runs the readiness check at regular intervals for the metrics. A scrape does not wait for the database, so it cannot
/// run the check itself.
struct ReadinessWatching: Service {
    let readiness: @Sendable () async -> Readiness
    var interval: Duration = .seconds(5)
    private let gauge = Metric.ready.gauge()

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                gauge.record(await readiness().isReady ? 1 : 0)
                try await Task.sleep(for: interval)
            }
        }
    }

    init(readiness: @escaping @Sendable () async -> Readiness) { self.readiness = readiness }
}
