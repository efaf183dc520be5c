// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
package import OstiaryHTTP
import OstiaryWeb

/// The responder of all requests, and the judge of requests to other routes of an application.
package struct Composed: Sendable {
    package let responder: any Responder
    package let gate: APIResponder
}

/// Assembles the responder of all requests.
struct Composition {
    let installation: Installation
    let services: Services
    let budgets: ThrottlingAccess
    let ring: RingKeeper
    let verifiers: VerifierNotes
    let revocations: RevocationFeed
    let publicKeys: PublicKeySets
    let root: RootSecret
    let draining: Draining
    /// nil if the server sends no mail.
    let mail: MailCondition?
    let logger: Logger
    let findings = RecentValue<[Finding]>()

    /// - Parameter endpoints: endpoints of the application, beside those of features.
    func composed(adding endpoints: [Endpoint]) -> Composed {
        let (api, front) = front(adding: endpoints)
        let responder = witnessed(front)
        guard let path = installation.configuration.publicURL?.path, !path.isEmpty else {
            return Composed(responder: responder, gate: api)
        }
        return Composed(responder: PrefixedResponder(responder, prefix: path), gate: api)
    }

    private func witnessed(_ front: GateResponder) -> any Responder {
        let configuration = installation.configuration
        let answering: any Responder =
            configuration.corsOrigins.isEmpty
            ? front : CrossOriginResponder(front, origins: configuration.corsOrigins)
        let level = configuration.logsRequests ? Logger.Level.info : .debug
        guard logger.logLevel <= level else { return answering }
        return AccessLog(
            answering, template: front.template, trustedHops: configuration.trustedHops,
            addresses: configuration.logAddresses, level: level, logger: logger)
    }

    private func front(adding own: [Endpoint]) -> (APIResponder, GateResponder) {
        let configuration = installation.configuration
        let context = Feature.Context(
            services: services, database: installation.storage.database, settings: installation.settings,
            readiness: readiness, condition: condition, keys: keyController, revocations: revocationController)
        let features = installation.features
        let schema = API.schema(
            of: features.flatMap(\.operations) + own.map(\.operation), publicURL: configuration.publicURL)
        let endpoints = features.flatMap { $0.endpoints(context) } + own + schema.endpoints
        let gate = GateService(
            identity: services.identity, store: installation.storage.gate, pass: GatePass(root: root),
            now: installation.now)
        let hosts = GateHosts(publicURL: configuration.publicURL, others: configuration.gateOrigins)
        let login = configuration.publicURL.map { url in
            GateLogin(gate: gate, hosts: hosts, publicURL: url.text, now: installation.now)
        }
        let pages = pages(
            login, endpoints.map(\.operation), features.flatMap { $0.sites(context) } + administration() + account())
        let isDraining: @Sendable () -> Bool = { [draining] in draining.isDraining }
        let api = APIResponder(
            endpoints: configuration.browsableAPI == .off ? endpoints.map { $0.without(.html) } : endpoints,
            identity: services.identity,
            path: configuration.publicURL?.path ?? "", trustedHops: configuration.trustedHops,
            sites: SiteRule(
                own: SameOrigin(publicURL: configuration.publicURL, isSecure: configuration.isReachedByHTTPS),
                others: configuration.corsOrigins
            ), trimsPasswords: configuration.adoption != nil,
            logger: logger, isDraining: isDraining, clients: ClientGuard(services.clients), judge: judge,
            now: installation.now
        )
        let front = FrontResponder(api: api, pages: pages, logger: logger, isDraining: isDraining)
        return (
            api,
            GateResponder(
                front, api: api, gate: gate, hosts: hosts, browsers: pages, remoteUser: configuration.gateRemoteUser,
                isDraining: isDraining)
        )
    }

    /// Judges the demand of an operation by the rights that the database has at the moment.
    @Sendable private func judge(
        _ demand: APIOperation.Demand, _ identity: Identity, in context: RequestContext
    ) async throws -> DemandVerdict {
        let session = identity.token.sessionID
        guard
            let standing = try await installation.storage.permissions.standing(
                of: identity.user.id, session: session, in: context),
            standing.isSessionLive || session == nil
        else { return .denied }
        return demand.verdict(of: standing.rights, identity, at: context.now)
    }

    /// The sites that are served beside the API; nil if there are none.
    private func pages(
        _ gateLogin: GateLogin?, _ operations: [APIOperation], _ sites: [any Site]
    ) -> PageShell? {
        let configuration = installation.configuration
        let browsable = browsableAPI(operations)
        guard browsable != nil || !sites.isEmpty else { return nil }
        return PageShell(
            (browsable.map { [$0] } ?? []) + sites,
            key: root.key(for: "browsing/1"), publicURL: configuration.publicURL,
            isSecure: configuration.isReachedByHTTPS,
            gateLogin: configuration.gateOrigins.isEmpty ? nil : gateLogin,
            isStaff: { [identity = services.identity, now = installation.now] bearer in
                let context = RequestContext(actor: .client, now: now())
                return (try? await identity.identity(bearer: bearer, in: context))?.user.isStaff == true
            }
        )
    }

    /// The pages of the API; nil if the configuration turns them off.
    private func browsableAPI(_ operations: [APIOperation]) -> (any Site)? {
        let configuration = installation.configuration
        let audience: BrowsableAPI.Audience
        switch configuration.browsableAPI {
        case .off: return nil
        case .on: audience = .everybody
        case .staff: audience = .staff
        }
        let scheme = configuration.certificate == nil ? "http" : "https"
        let authority = configuration.listening.socketPath == nil ? "\(configuration.listening)" : "localhost"
        let address = configuration.publicURL?.text ?? "\(scheme)://\(authority)"
        return BrowsableAPI(operations: operations, address: address, audience: audience, version: Version.text)
    }

    /// The pages of links; none on a server that sends no mail.
    private func account() -> [any Site] { services.mail == nil ? [] : [AccountSite()] }

    /// The pages of the administration; none if the configuration turns them off.
    private func administration() -> [any Site] {
        let configuration = installation.configuration
        let secure = SecureVisit(
            isReachedByHTTPS: configuration.isReachedByHTTPS, trustedHops: configuration.trustedHops)
        switch configuration.admin {
        case .off: return []
        case .on: return [AdminSite(access: .on, isSecure: secure.allows)]
        case .insecure: return [AdminSite(access: .insecure, isSecure: secure.allows)]
        }
    }
}
