import Hummingbird
import Metrics
import OstiaryCore
import OstiaryHTTP
import OstiaryWeb
import ServiceLifecycle

extension Server {
    /// Everything that answers requests, on the stores of the workspace.
    func responder(
        key: SigningKey, budgets: ThrottlingAccess, draining: Draining, memory: IdentityMemory
    ) -> APIResponder {
        let configuration = workspace.configuration
        let storage = workspace.storage
        let audit = Audit(logger: logger)
        let codec = AccessTokenCodec(
            keys: KeyRing(signing: key), issuer: configuration.publicURL ?? AccessTokenCodec.defaultIssuer
        )
        let issuer = TokenIssuer(codec: codec)
        let settings = workspace.settings
        let access = workspace.access
        let throttling = budgets.throttling(settings, key)
        let endpoints =
            RegistrationController(
                registration: RegistrationService(
                    accounts: storage.accounts, passwords: workspace.passwords, settings: settings,
                    throttling: throttling, audit: audit
                )
            ).endpoints
            + LoginController(
                login: LoginService(
                    accounts: storage.accounts, sessions: storage.sessions, passwords: workspace.passwords,
                    issuer: issuer, settings: settings, throttling: throttling, audit: audit
                )
            ).endpoints
            + RefreshController(
                refresh: RefreshService(
                    sessions: storage.sessions, issuer: issuer, settings: settings, throttling: throttling, audit: audit
                )
            ).endpoints
            + LogoutController(logout: LogoutService(sessions: storage.sessions, audit: audit)).endpoints
            + ProfileController(profile: ProfileService(accounts: storage.accounts)).endpoints
            + SessionController(sessions: SessionService(sessions: storage.sessions, audit: audit)).endpoints
            + PasswordController(
                passwords: PasswordChangeService(
                    accounts: storage.accounts, sessions: storage.sessions, passwords: workspace.passwords,
                    issuer: issuer, settings: settings, throttling: throttling, audit: audit
                )
            ).endpoints
            + HealthController {
                guard !draining.isDraining else { return Readiness(isReady: false, notes: [("server", "draining")]) }
                let isReachable = await storage.isReachable()
                var notes = [("database", isReachable ? "ok" : "unavailable")]
                notes.append(("changes", storage.holdsLease() ? "ok" : "degraded: each request asks the database"))
                if case .redis(let redis) = access { notes.append(("redis", redis.note)) }
                notes.append(("throttling", budgets.note))
                return Readiness(isReady: isReachable, notes: notes)
            }.endpoints
        return APIResponder(
            endpoints: endpoints, identity: IdentityService(codec: codec, sessions: storage.sessions, memory: memory),
            pages: PlainPage(), trustedHops: configuration.trustedHops, isDraining: { draining.isDraining }
        )
    }

    /// A server of its own for the operator's metrics.
    func metricsApplication(
        _ metrics: PrometheusMetrics, at address: SocketAddress, running: Running
    ) -> some Service {
        let hashing = Gauge(label: "ostiary_hashing_waiting")
        let database = Gauge(label: "ostiary_database_waiting")
        let lease = Gauge(label: "ostiary_change_feed_live")
        let responder = MetricsResponder(metrics: metrics) { [workspace] in
            hashing.record(workspace.passwords.waiting)
            database.record(workspace.storage.waiting)
            lease.record(workspace.storage.holdsLease() ? 1 : 0)
        }
        return Application(
            responder: responder, server: .ostiary(responder),
            configuration: .init(address: .hostname(address.host, port: address.port)),
            onServerRunning: { _ in running.start() }, logger: logger.quieter
        )
    }
}
