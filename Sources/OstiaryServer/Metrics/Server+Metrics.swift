// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import NIOCore
import NIOPosix
import OstiaryCore
import OstiaryHTTP
import ServiceLifecycle

extension Server {
    /// A second listener that serves the metrics to the operator, on an event loop of its own.
    func metricsListener(
        _ metrics: PrometheusMetrics, of backend: Backend, crowd: Crowd, certificate: ServerCertificate?,
        at address: ServerAddress, running: Running
    ) throws -> any Service {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let process = ProcessReadings()
        let responder = MetricsResponder(
            metrics: metrics,
            isLocal: IPAddress(address.host).map { Network($0).isLoopback }
                ?? address.host.hasSameBytes(as: "localhost"),
            loop: group.next()
        ) { [installation = backend.installation] in
            var readings = [
                Reading(.build, 1, labels: [Version.text]),
                Reading(.openConnections, Double(crowd.connections)),
                Reading(.hashingWaiting, Double(installation.passwords.waiting)),
                Reading(.databaseWaiting, Double(installation.storage.waiting)),
                Reading(.changeFeedLive, installation.storage.hearsOfChanges ? 1 : 0),
            ]
            if let certificate { readings.append(Reading(.certificateEnd, Double(certificate.end))) }
            return readings + process.readings()
        }
        // A client that reads nothing keeps its place, and the memory of one answer, for this long.
        let limits = ConnectionLimits.answered(within: .seconds(10))
        let listener = try Listener.service(
            at: .network(address), ConnectionSetup(responder, limits: limits),
            connections: MaximumAvailableConnections(32),
            group: group, logger: logger.quieter
        ) { _ in running.start() }
        return OwnEventLoop(service: listener, group: group)
    }
}

/// Runs a service, then ends the event loops that it alone uses.
private struct OwnEventLoop: Service {
    let service: any Service
    let group: MultiThreadedEventLoopGroup

    func run() async throws {
        let result: Result<Void, any Error>
        do { result = .success(try await service.run()) } catch { result = .failure(error) }
        try? await group.shutdownGracefully()
        try result.get()
    }
}
