// SPDX-License-Identifier: Apache-2.0

import Metrics
import OstiaryCore
import OstiaryHTTP
import OstiaryWeb
import ServiceLifecycle

extension Server {
    /// Everything that answers requests, on the stores of the workspace.
    func responder(
        keys: TokenKeys, root: RootSecret, budgets: ThrottlingAccess, refusals: RefusalTally, draining: Draining,
        memory: IdentityMemory
    ) -> FrontResponder {
        let configuration = workspace.configuration
        let codec = AccessTokenCodec(
            keys: keys, issuer: configuration.publicURL ?? AccessTokenCodec.defaultIssuer,
            acceptsLegacy: configuration.acceptsLegacyTokens
        )
        let storage = workspace.storage
        let services = Services(
            workspace, codec: codec, memory: memory, throttling: budgets.throttling(workspace.settings, root),
            refusals: refusals)
        let endpoints = API.endpoints(of: services) { [access = workspace.access] in
            guard !draining.isDraining else { return Readiness(isReady: false, notes: [("server", "draining")]) }
            let isReachable = await storage.isReachable()
            var notes = [("database", isReachable ? "ok" : "unavailable")]
            notes.append(("changes", storage.holdsLease() ? "ok" : "degraded: each request asks the database"))
            if case .redis(let redis) = access { notes.append(("redis", redis.note)) }
            notes.append(("throttling", budgets.note))
            return Readiness(isReady: isReachable, notes: notes)
        }
        let all = endpoints + API.schema(publicURL: configuration.publicURL).endpoints
        let pages = pages(all.map(\.operation), root: root, identity: services.identity)
        let api = APIResponder(
            endpoints: pages == nil ? all.map { $0.without(.html) } : all, identity: services.identity,
            trustedHops: configuration.trustedHops,
            sites: SiteRule(
                own: SameOrigin(publicURL: configuration.publicURL, isSecure: configuration.isReachedByHTTPS),
                others: configuration.corsOrigins
            ),
            logger: logger, isDraining: { draining.isDraining }
        )
        return FrontResponder(
            api: api, pages: pages, logger: logger, isDraining: { draining.isDraining })
    }

    /// The sites that are served beside the API; nil where there are none.
    private func pages(
        _ operations: [APIOperation], root: RootSecret, identity: IdentityService
    ) -> PageShell? {
        let configuration = workspace.configuration
        let audience: BrowsableAPI.Audience
        switch configuration.browsableAPI {
        case .off: return nil
        case .on: audience = .everybody
        case .staff: audience = .staff
        }
        let listening = SocketAddress(host: configuration.host, port: configuration.port)
        let scheme = configuration.certificate == nil ? "http" : "https"
        let address = configuration.publicURL ?? "\(scheme)://\(listening)"
        return PageShell(
            [BrowsableAPI(operations: operations, address: address, audience: audience)],
            key: root.key(for: "browsing/1"), publicURL: configuration.publicURL,
            isSecure: configuration.isReachedByHTTPS,
            isStaff: { bearer in
                let context = RequestContext(actor: .client, now: Timestamp.now())
                return (try? await identity.identity(bearer: bearer, in: context))?.user.isStaff == true
            }
        )
    }

    /// A server of its own for the operator's metrics.
    func metricsListener(
        _ metrics: PrometheusMetrics, at address: SocketAddress, running: Running
    ) throws -> any Service {
        let hashing = Gauge(label: "ostiary_hashing_waiting")
        let database = Gauge(label: "ostiary_database_waiting")
        let lease = Gauge(label: "ostiary_change_feed_live")
        let responder = MetricsResponder(
            metrics: metrics,
            isLocal: IPAddress(address.host).map { Network($0).isLoopback }
                ?? address.host.hasSameBytes(as: "localhost")
        ) { [workspace] in
            hashing.record(workspace.passwords.waiting)
            database.record(workspace.storage.waiting)
            lease.record(workspace.storage.holdsLease() ? 1 : 0)
        }
        return try Listener.service(at: address, ConnectionSetup(responder), logger: logger.quieter) { _ in
            running.start()
        }
    }
}
