// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import OstiaryCore
import OstiaryHTTP
import ServiceLifecycle
public import UnixSignals

/// A whole server, from configuration to the end of the process: the composition root.
public struct Server: Sendable {
    let installation: Installation
    let logger: Logger
    private let metrics: PrometheusMetrics?

    /// The signals of the process that a server listens to. A server inside another program listens to none.
    public struct Signals: Sendable {
        /// Ends the server in order.
        public var stop: [UnixSignal]
        /// Reads the certificate again.
        public var reload: UnixSignal?

        public init(stop: [UnixSignal] = [], reload: UnixSignal? = nil) {
            self.stop = stop
            self.reload = reload
        }

        public static let none = Signals()
    }

    /// What is told once the server answers.
    public struct Started: Sendable {
        public let address: ServerAddress
        /// Whether the server speaks https itself.
        public let isSecure: Bool
        /// Where the data is, for people.
        public let database: String
        public let metricsAddress: ServerAddress?
    }

    /// Opens the storage.
    /// - Parameter metrics: shown at the configured address; the program has made it the factory of swift-metrics.
    /// - Throws: ``StartError``, ``SettingError``.
    public init(_ configuration: ServerConfiguration, metrics: PrometheusMetrics? = nil) throws {
        self.logger = Logger.ostiary(configuration)
        self.metrics = metrics
        for warning in configuration.warnings { logger.warning("\(warning)") }
        if metrics == nil, let address = configuration.metricsAddress {
            logger.warning(
                "metrics are not served: the program around this server passes none",
                metadata: ["address": "\(address)"])
        }
        self.installation = try Installation(
            configuration, creates: true,
            audit: AuditLog(logger: logger, addresses: configuration.logAddresses), logger: logger)
    }

    /// Serves until a signal, or a graceful shutdown of the service group around it, then answers what is under way and ends,
    /// within 25 seconds.
    /// - Parameters:
    ///   - signals: of the process that the server listens to.
    ///   - migrates: whether pending migrations are applied first; without it they are an error.
    ///   - onStart: called when the address is bound.
    /// - Throws: ``StartError``.
    public func run(
        migrates: Bool, signals: Signals = .none, onStart: @escaping @Sendable (Started) -> Void = { _ in }
    ) async throws {
        let configuration = installation.configuration
        let draining = Draining()
        let backend = try await Backend(installation, migrates: migrates, draining: draining, logger: logger)
        let address = ServerAddress(host: configuration.host, port: configuration.port)
        let running = Running()
        let metricsRunning = Running()
        let metricsAddress = metrics == nil ? nil : configuration.metricsAddress
        let place = installation.storage.place
        let certificate = try configuration.certificate.map { files in try ServerCertificate(files) }
        // Behind proxies all connections are theirs.
        let connections = configuration.trustedHops == 0 ? configuration.connectionsPerNetwork : nil
        let crowd = Crowd(limits: .init(connectionsPerNetwork: connections), dispersed: MemoryReturn.afterCrowd)
        var listener = try Listener.service(
            at: address, ConnectionSetup(backend.responder, crowd: crowd, isSecure: certificate != nil),
            tls: certificate?.configuration, connections: ConnectionLimit.available, logger: logger.quieter
        ) { channel in
            running.start()
            let bound = ServerAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
            logger.info("ready", metadata: ["address": "\(bound)", "version": "\(Version.text)"])
            onStart(
                Started(address: bound, isSecure: certificate != nil, database: place, metricsAddress: metricsAddress))
        }
        try await backend.followSettings()
        if backend.hasSettingsElsewhere { listener = Prelude(service: listener, first: backend.waitForSettings) }
        var services = backend.work
        if let certificate, let signal = signals.reload {
            services.append(CertificateReloading(certificate: certificate, signal: signal, logger: logger))
        }
        if let metricsAddress, let metrics {
            services.append(try metricsListener(metrics, of: backend, at: metricsAddress, running: metricsRunning))
            listener = Prelude(service: listener) { await metricsRunning.wait() }
        }
        // Ended in reverse: first the clients are told, then the listener closes, then what it stood on.
        services += [listener, draining]

        var group = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    serviceName: "\(type(of: $0))"
                )
            },
            gracefulShutdownSignals: signals.stop, logger: logger.quieter
        )
        group.maximumGracefulShutdownDuration = .seconds(25)
        defer { backend.close() }
        do {
            try await ServiceGroup(configuration: group).run()
            await LogSink.standardError.flush()
        } catch {
            await LogSink.standardError.flush()
            if let metricsAddress, !metricsRunning.hasStarted { throw StartError.address(metricsAddress, error) }
            guard running.hasStarted else { throw StartError.address(address, error) }
            throw error
        }
    }
}
