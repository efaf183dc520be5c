// SPDX-License-Identifier: Apache-2.0

import Metrics
import OstiaryCore
import OstiaryHTTP
import ServiceLifecycle

extension Server {
    /// A second listener that serves the metrics to the operator.
    func metricsListener(
        _ metrics: PrometheusMetrics, of backend: Backend, at address: ServerAddress, running: Running
    ) throws -> any Service {
        let hashing = Gauge(label: "ostiary_hashing_waiting")
        let database = Gauge(label: "ostiary_database_waiting")
        let lease = Gauge(label: "ostiary_change_feed_live")
        let responder = MetricsResponder(
            metrics: metrics,
            isLocal: IPAddress(address.host).map { Network($0).isLoopback }
                ?? address.host.hasSameBytes(as: "localhost")
        ) { [installation = backend.installation] in
            hashing.record(installation.passwords.waiting)
            database.record(installation.storage.waiting)
            lease.record(installation.storage.holdsLease() ? 1 : 0)
        }
        return try Listener.service(at: address, ConnectionSetup(responder), logger: logger.quieter) { _ in
            running.start()
        }
    }
}
