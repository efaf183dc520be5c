// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import NIOPosix
import OstiaryCore
import OstiaryHTTP
import ServiceLifecycle
public import UnixSignals

/// A complete server, from its configuration to a graceful shutdown: the composition root.
public struct Server: Sendable {
    let installation: Installation
    let logger: Logger
    private let metrics: PrometheusMetrics?

    /// The process signals that a server handles. A server inside another program handles none.
    public struct Signals: Sendable {
        /// The signals that shut the server down gracefully.
        public var stop: [UnixSignal]
        /// The signal that makes the server read its certificate and its settings again; nil for none.
        public var reload: UnixSignal?

        /// - Parameters:
        ///   - stop: the signals that shut the server down gracefully.
        ///   - reload: the signal that makes the server read its certificate and its settings again; nil for none.
        public init(stop: [UnixSignal] = [], reload: UnixSignal? = nil) {
            self.stop = stop
            self.reload = reload
        }

        /// No signals, for a server inside another program.
        public static let none = Signals()
    }

    /// Facts about a server that has started to serve.
    public struct Started: Sendable {
        /// The address that the server listens on.
        public let address: ListeningAddress
        /// True if the server itself speaks https.
        public let isSecure: Bool
        /// The location of the data, for people, without a password.
        public let database: String
        /// The address that serves metrics; nil if none does.
        public let metricsAddress: ServerAddress?
        /// The one-time link that creates the first superuser; nil if there is one. It is a secret.
        public let setupLink: String?
    }

    /// Opens the storage.
    /// - Parameters:
    ///   - configuration: the configuration of the server.
    ///   - features: features of an application, in addition to the product's own.
    ///   - metrics: the metrics to serve at the configured address; the program has made it the factory of
    ///     swift-metrics. nil to serve none.
    /// - Throws: ``StartError`` if the storage cannot be used or the clock is wrong, ``OstiaryCore/SettingError`` if a
    ///   pinned setting is malformed.
    public init(
        _ configuration: ServerConfiguration, features: [Feature] = [], metrics: PrometheusMetrics? = nil
    ) throws {
        try ClockCheck.require(Timestamp.now(), after: Version.commitTime.map { Timestamp(seconds: $0) })
        self.logger = Logger.ostiary(configuration)
        self.metrics = metrics
        for warning in configuration.warnings { logger.warning("\(warning)") }
        if metrics == nil, let address = configuration.metricsAddress {
            logger.warning(
                "metrics are not served: the program did not pass a metrics factory to the server",
                metadata: ["address": "\(address)"])
        }
        self.installation = try Installation(
            configuration, features: features, creates: true,
            audit: AuditLog(logger: logger, addresses: configuration.logAddresses), logger: logger)
    }

    /// Serves until a signal or a graceful shutdown of the surrounding service group, then answers the open requests
    /// and ends, within 25 seconds.
    /// - Parameters:
    ///   - migrates: true to apply pending migrations first; false to refuse to start if there are any.
    ///   - signals: the process signals that the server handles.
    ///   - manager: the service manager to report to; nil for none.
    ///   - onStart: called once the address is bound.
    /// - Throws: ``StartError`` if the server cannot start.
    public func run(
        migrates: Bool, signals: Signals = .none, manager: ServiceManager? = nil,
        onStart: @escaping @Sendable (Started) -> Void = { _ in }
    ) async throws {
        let configuration = installation.configuration
        let draining = Draining()
        let backend = try await Backend(installation, migrates: migrates, draining: draining, logger: logger)
        let address = configuration.listening
        let socket = UnixSocketFile(address)
        defer { socket?.release() }
        let setupToken = try await backend.setupToken()
        let running = Running()
        let metricsRunning = Running()
        let metricsAddress = metrics == nil ? nil : configuration.metricsAddress
        let place = installation.storage.place
        let certificate = try configuration.certificate.map { files in try ServerCertificate(files) }
        // Behind proxies all connections come from the proxies, so a limit per network makes no sense.
        let connections = configuration.trustedHops == 0 ? configuration.connectionsPerNetwork : nil
        let crowd = Crowd(limits: .init(connectionsPerNetwork: connections), dispersed: MemoryReturn.afterCrowd)
        var listener = try Listener.service(
            at: address, ConnectionSetup(backend.responder, crowd: crowd, isSecure: certificate != nil),
            tls: certificate?.configuration, connections: ConnectionLimit.available(logger), logger: logger.quieter
        ) { channel in
            do { try socket?.publish() } catch {
                logger.error("the socket cannot be used", metadata: ["error": "\(error)"])
            }
            running.start()
            let bound = address.bound(to: channel.localAddress?.port)
            logger.info("ready", metadata: ["address": "\(bound)", "version": "\(Version.text)"])
            let link = setupToken.map { token in
                let scheme = certificate == nil ? "http" : "https"
                let host = bound.socketPath == nil ? "\(bound)" : "localhost"
                return "\(configuration.publicURL?.text ?? "\(scheme)://\(host)")/admin/setup/?token=\(token.text)"
            }
            onStart(
                Started(
                    address: bound, isSecure: certificate != nil, database: place, metricsAddress: metricsAddress,
                    setupLink: link))
        }
        if let socket { listener = Prelude(service: listener, first: socket.claim) }
        try await backend.followSettings()
        if backend.hasSettingsElsewhere { listener = Prelude(service: listener, first: backend.waitForSettings) }
        var services = backend.work
        if let signal = signals.reload {
            services.append(
                Reloading(
                    certificate: certificate, settings: installation.notices, signal: signal, manager: manager,
                    logger: logger))
        }
        if let metricsAddress, let metrics {
            services.append(ReadinessWatching(readiness: backend.readiness))
            services.append(
                try metricsListener(
                    metrics, of: backend, crowd: crowd, certificate: certificate, at: metricsAddress,
                    running: metricsRunning))
            listener = Prelude(service: listener) { await metricsRunning.wait() }
        }
        // Services end in reverse order: draining first, then the listener, then the services that it uses.
        services += [listener, draining]
        if let manager {
            services.append(
                ServiceReports(
                    manager: manager, start: running, readiness: backend.readiness,
                    loops: MultiThreadedEventLoopGroup.singleton, logger: logger))
        }

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
            if let metricsAddress, !metricsRunning.hasStarted {
                throw StartError.address(.network(metricsAddress), error)
            }
            guard running.hasStarted else { throw StartError.address(address, error) }
            throw error
        }
    }
}
