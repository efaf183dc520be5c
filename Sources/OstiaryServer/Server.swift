import Hummingbird
import Logging
import Metrics
import OstiaryCore
import OstiaryHTTP
import OstiaryWeb
import ServiceLifecycle
import UnixSignals

/// A whole server, from configuration to the end of the process: the composition root.
public struct Server: Sendable {
    private let workspace: Workspace
    private let logger: Logger
    private let metrics: PrometheusMetrics?

    /// What is told once the server answers.
    public struct Started: Sendable {
        public let address: SocketAddress
        public let databasePath: String
        public let metricsAddress: SocketAddress?
    }

    /// Sets up logging and metrics for the process and opens the storage. Call it once.
    /// - Throws: ``StartError``, ``SettingError``.
    public init(_ configuration: ServerConfiguration) throws {
        self.logger = Logger.ostiary(configuration)
        if configuration.metricsAddress != nil {
            let metrics = PrometheusMetrics()
            MetricsSystem.bootstrap(metrics)
            self.metrics = metrics
        } else {
            self.metrics = nil
        }
        for warning in configuration.warnings { logger.warning("\(warning)") }
        self.workspace = try Workspace(configuration, logger: logger)
    }

    /// Serves until SIGTERM or SIGINT, then answers what is under way and ends, within 25 seconds.
    /// - Parameters:
    ///   - migrates: whether pending migrations are applied first; without it they are an error.
    ///   - onStart: called when the address is bound.
    /// - Throws: ``StartError``.
    public func run(migrates: Bool, onStart: @escaping @Sendable (Started) -> Void) async throws {
        let configuration = workspace.configuration
        let key = try SigningKey.configured(configuration)
        if migrates { _ = try await workspace.migrate() }
        try await workspace.requireMigrated()

        let address = SocketAddress(host: configuration.host, port: configuration.port)
        let draining = Draining()
        let running = Running()
        let metricsRunning = Running()
        let metricsAddress = configuration.metricsAddress
        let path = workspace.storage.path
        var application = Application(
            responder: responder(key: key, draining: draining),
            server: .http1(configuration: .ostiary),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil, backlog: 1_024
            ),
            onServerRunning: { channel in
                running.start()
                let bound = SocketAddress(host: address.host, port: channel.localAddress?.port ?? address.port)
                logger.info("ready", metadata: ["address": "\(bound)", "version": "\(Version.text)"])
                onStart(Started(address: bound, databasePath: path, metricsAddress: metricsAddress))
            },
            logger: logger.quieter
        )
        workspace.storage.startChangeFeed()
        var services: [any Service] = [
            Housekeeping(storage: workspace.storage, cleanup: workspace.cleanup, logger: logger),
            SettingsFollowing(
                settings: workspace.settings, access: workspace.access, storage: workspace.storage, logger: logger
            ),
        ]
        try await loadSettings(before: &application, services: &services)
        if let metricsAddress, let metrics {
            services.append(metricsApplication(metrics, at: metricsAddress, running: metricsRunning))
            application.beforeServerStarts { await metricsRunning.wait() }
        }
        // Ended in reverse: first the clients are told, then the listener closes, then what it stood on.
        services += [application, draining]

        var group = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    serviceName: "\(type(of: $0))"
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.quieter
        )
        group.maximumGracefulShutdownDuration = .seconds(25)
        defer { workspace.close() }
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            if let metricsAddress, !metricsRunning.hasStarted { throw StartError.address(metricsAddress, error) }
            guard running.hasStarted else { throw StartError.address(address, error) }
            throw error
        }
    }

    /// The values must be in force before the first login, but no store outside may keep the server from starting.
    private func loadSettings(
        before application: inout Application<APIResponder>, services: inout [any Service]
    ) async throws {
        try await workspace.settings.restore()
        guard case .redis(let redis) = workspace.access else {
            return try await workspace.settings.reload(observing: true)
        }
        services.insert(redis, at: 0)
        application.beforeServerStarts { [settings = workspace.settings] in
            // The one who follows the changes reads them. A second reader could put an older value over a newer one.
            let deadline = ContinuousClock.now + .milliseconds(500)
            while !settings.isRead, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private func responder(key: SigningKey, draining: Draining) -> APIResponder {
        let configuration = workspace.configuration
        let storage = workspace.storage
        let audit = Audit(logger: logger)
        let memory = IdentityMemory { storage.holdsLease() }
        storage.listen { memory.receive($0) }
        let codec = AccessTokenCodec(
            keys: KeyRing(signing: key), issuer: configuration.publicURL ?? AccessTokenCodec.defaultIssuer
        )
        let issuer = TokenIssuer(codec: codec)
        let settings = workspace.settings
        let access = workspace.access
        let endpoints =
            RegistrationController(
                registration: RegistrationService(
                    accounts: storage.accounts, passwords: workspace.passwords, settings: settings, audit: audit
                )
            ).endpoints
            + LoginController(
                login: LoginService(
                    accounts: storage.accounts, sessions: storage.sessions, passwords: workspace.passwords,
                    issuer: issuer, settings: settings, audit: audit
                )
            ).endpoints
            + RefreshController(
                refresh: RefreshService(sessions: storage.sessions, issuer: issuer, settings: settings, audit: audit)
            ).endpoints
            + LogoutController(logout: LogoutService(sessions: storage.sessions, audit: audit)).endpoints
            + ProfileController(profile: ProfileService(accounts: storage.accounts)).endpoints
            + HealthController {
                guard !draining.isDraining else { return Readiness(isReady: false, notes: [("server", "draining")]) }
                let isReachable = await storage.isReachable()
                var notes = [("database", isReachable ? "ok" : "unavailable")]
                if case .redis(let redis) = access { notes.append(("redis", redis.note)) }
                return Readiness(isReady: isReachable, notes: notes)
            }.endpoints
        return APIResponder(
            endpoints: endpoints, identity: IdentityService(codec: codec, sessions: storage.sessions, memory: memory),
            pages: PlainPage(), trustedHops: configuration.trustedHops, isDraining: { draining.isDraining }
        )
    }

    private func metricsApplication(
        _ metrics: PrometheusMetrics, at address: SocketAddress, running: Running
    ) -> some Service {
        let hashing = Gauge(label: "ostiary_hashing_waiting")
        let database = Gauge(label: "ostiary_database_waiting")
        let responder = MetricsResponder(metrics: metrics) { [workspace] in
            hashing.record(workspace.passwords.waiting)
            database.record(workspace.storage.waiting)
        }
        return Application(
            responder: responder, configuration: .init(address: .hostname(address.host, port: address.port)),
            onServerRunning: { _ in running.start() }, logger: logger.quieter
        )
    }
}
