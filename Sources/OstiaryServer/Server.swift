// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOCore
import OstiaryCore
import OstiaryHTTP
import ServiceLifecycle
public import UnixSignals

/// A whole server, from configuration to the end of the process: the composition root.
public struct Server: Sendable {
    let workspace: Workspace
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
        public let address: SocketAddress
        /// Whether the server speaks https itself.
        public let isSecure: Bool
        /// Where the data is, for people.
        public let database: String
        public let metricsAddress: SocketAddress?
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
        self.workspace = try Workspace(
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
        let configuration = workspace.configuration
        let secrets = try Secrets.configured(configuration)
        if migrates { _ = try await workspace.migrate() }
        try await workspace.requireMigrated()
        try await workspace.storage.join(with: secrets)
        try await workspace.recordSettingsPlace(logger: logger)

        let address = SocketAddress(host: configuration.host, port: configuration.port)
        let keys = TokenKeys(KeyRing(signing: secrets.signing))
        let memory = IdentityMemory { [storage = workspace.storage] in storage.holdsLease() }
        workspace.storage.listen { memory.receive($0) }
        let draining = Draining()
        let running = Running()
        let metricsRunning = Running()
        let metricsAddress = metrics == nil ? nil : configuration.metricsAddress
        let budgets = try ThrottlingAccess(configuration.throttling, logger: logger)
        let place = workspace.storage.place
        let certificate = try configuration.certificate.map { files in try ServerCertificate(files) }
        let refusals = RefusalTally(digest: AddressDigest(key: secrets.root.key(for: "audit/1")))
        let responder = responder(
            keys: keys, root: secrets.root, budgets: budgets, refusals: refusals, draining: draining, memory: memory)
        // Behind proxies all connections are theirs.
        let connections = configuration.trustedHops == 0 ? configuration.connectionsPerNetwork : nil
        let crowd = Crowd(limits: .init(connectionsPerNetwork: connections), dispersed: MemoryReturn.afterCrowd)
        let front: any Responder =
            configuration.corsOrigins.isEmpty
            ? responder : CrossOriginResponder(responder, origins: configuration.corsOrigins)
        var listener = try Listener.service(
            at: address, ConnectionSetup(front, crowd: crowd, isSecure: certificate != nil),
            tls: certificate?.configuration, connections: ConnectionLimit.available, logger: logger.quieter
        ) { channel in
            running.start()
            let bound = SocketAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
            logger.info("ready", metadata: ["address": "\(bound)", "version": "\(Version.text)"])
            onStart(
                Started(address: bound, isSecure: certificate != nil, database: place, metricsAddress: metricsAddress))
        }
        workspace.notices.listen(to: workspace.storage) { if case .setting = $0 { true } else { false } }
        let keyNotices = ReloadNotices()
        keyNotices.listen(to: workspace.storage) { if case .keys = $0 { true } else { false } }
        workspace.storage.startChangeFeed()
        let uses = SessionUseService(sessions: workspace.storage.sessions, memory: memory)
        var services: [any Service] = [
            Housekeeping(storage: workspace.storage, cleanup: workspace.administration.cleanup, logger: logger),
            KeyFollowing(
                keys: keys, memory: memory, configuration: configuration, notices: keyNotices, logger: logger),
            RegularWriting(subject: "refusals", interval: .seconds(1), logger: logger) {
                [audit = workspace.storage.audit] in
                guard refusals.waiting > 0 else { return }
                let context = RequestContext(actor: .system, now: Timestamp.now())
                try await refusals.write(to: audit, in: context)
            },
            RegularWriting(subject: "uses of sessions", interval: .seconds(10), logger: logger) {
                try await uses.write()
            },
            SettingsFollowing(
                settings: workspace.settings, access: workspace.access, notices: workspace.notices, logger: logger
            ),
        ]
        listener = try await loadSettings(before: listener, services: &services)
        if case .redis(_, let client) = budgets { services.insert(client, at: 0) }
        if let certificate, let signal = signals.reload {
            services.append(CertificateReloading(certificate: certificate, signal: signal, logger: logger))
        }
        if let metricsAddress, let metrics {
            services.append(try metricsListener(metrics, at: metricsAddress, running: metricsRunning))
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
        defer { workspace.close() }
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

    /// The values must be in force before the first login, but no store outside may keep the server from starting.
    private func loadSettings(
        before listener: any Service, services: inout [any Service]
    ) async throws -> any Service {
        try await workspace.settings.restore()
        guard case .redis(let redis) = workspace.access else {
            try await workspace.settings.reload(observing: true)
            return listener
        }
        services.insert(redis, at: 0)
        return Prelude(service: listener) { [settings = workspace.settings] in
            // The one who follows the changes reads them: a second reader could put an older value over a newer one.
            let deadline = ContinuousClock.now + .milliseconds(500)
            while !settings.isRead, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        }
    }
}
