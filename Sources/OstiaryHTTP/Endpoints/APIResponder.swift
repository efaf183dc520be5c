// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Logging
package import OstiaryCore

/// Serves a list of endpoints. The contract fixes the order of the checks: path, `Accept`, method, credentials, body.
package struct APIResponder: Responder {
    /// Judges the demand of an operation.
    package typealias DemandCheck =
        @Sendable (APIOperation.Demand, Identity, RequestContext) async throws -> DemandVerdict

    /// The time limit for all calls of stores that one request makes.
    private static let patience = Duration.seconds(5)

    private let resources: [String: Resource]
    let immediate: [String: ImmediateResource]
    /// Those whose requests wait.
    let waiting: [ImmediateResource]
    let path: String
    private let index: Answer
    private let nearest: NearestPath
    let identity: IdentityService
    private let address: ClientAddress
    let sites: SiteRule
    let refusals = RetryDelay()
    private let unknown = ResourceMetrics(name: ResourceMetrics.unknown)
    private let logger: Logger
    private let judge: DemandCheck
    let clients: ClientGuard?
    let now: WallClock
    private let trimsPasswords: Bool
    let isDraining: @Sendable () -> Bool

    /// - Parameters:
    ///   - endpoints: all endpoints that the server serves.
    ///   - identity: proves the identity of callers.
    ///   - path: the path under which clients reach the server, for links in answers; empty for none.
    ///   - trustedHops: the number of the operator's proxies that each request passes.
    ///   - sites: the web pages whose unsafe requests are accepted.
    ///   - logger: logs faults of stores, and forwarding headers that do not fit `trustedHops`.
    ///   - trimsPasswords: true to take passwords without the white space at their ends, as Django REST framework does.
    ///   - isDraining: true to close the connection after each answer.
    ///   - clients: authenticates clients; nil to refuse all of them.
    ///   - judge: judges each request of an operation that demands more than a token; by default no user meets a
    ///     demand.
    ///   - now: the clock that gives the time of requests.
    package init(
        endpoints: [Endpoint], identity: IdentityService, path: String = "", trustedHops: Int = 0,
        sites: SiteRule = SiteRule(), trimsPasswords: Bool = false,
        logger: Logger = Logger(label: "ostiary"), isDraining: @escaping @Sendable () -> Bool = { false },
        clients: ClientGuard? = nil,
        judge: @escaping DemandCheck = { _, _, _ in .denied },
        now: @escaping WallClock = Timestamp.now
    ) {
        let groups = Dictionary(grouping: endpoints, by: \.path)
        var resources: [String: Resource] = [:]
        for (path, group) in groups {
            guard let resource = Resource(group, vary: sites.allowsOthers ? AnswerHeaders.varyByOrigin : "Accept")
            else {
                continue
            }
            precondition(PathTemplate.isKnown(path), "\(path) has {id} in a place where no request finds it")
            resources[path] = resource
            resources[PathTemplate.bare(path)] = resource
        }
        self.resources = resources
        self.immediate = resources.compactMapValues(ImmediateResource.init)
        self.waiting = immediate.filter { $0.key.hasSameBytes(as: $0.value.path) && $0.value.waits }.map(\.value)
        self.path = path
        self.index = Self.index(of: endpoints.map(\.operation), under: path)
        self.nearest = NearestPath(endpoints.map(\.operation))
        self.identity = identity
        self.address = ClientAddress(trustedHops: trustedHops, doubts: ForwardingDoubts(logger: logger))
        self.sites = sites
        self.logger = logger
        self.trimsPasswords = trimsPasswords
        self.isDraining = isDraining
        self.clients = clients
        self.judge = judge
        self.now = now
    }

    package func respond(to request: IncomingRequest) async -> OutgoingResponse {
        let start = ContinuousClock.now
        // Check the request for ASCII before any part of it is compared with other text.
        let malformed = RequestText.refusal(of: request)
        let (resource, argument) = malformed == nil ? resource(at: request.path) : (nil, nil)
        let isHead = request.method == .head
        var writer = AnswerWriter(isHead: isHead, requestID: request.id, path: self.path)
        var response: OutgoingResponse
        do {
            if let malformed {
                writer.prefersProblem = Negotiation.prefersProblem(accept: request[.accept])
                throw malformed
            }
            let answer = try await answer(
                request, resource: resource, argument: argument, writer: &writer,
                context: context(of: request, since: start)
            )
            response = writer.write(answer, resource: resource)
        } catch let refusal as Refusal {
            response = writer.write(refusal, resource: resource)
        } catch {
            if error is Overloaded || error is Throttled { try? await Task.sleep(for: refusals.next()) }
            response = writer.write(refusal(error, of: request), resource: resource)
        }
        if isDraining() { response.fields[.connection] = "close" }
        (resource?.metrics ?? unknown).record(response.status, since: start)
        return response
    }

    func context(of request: IncomingRequest, since start: ContinuousClock.Instant) -> RequestContext {
        RequestContext(
            id: request.id.description, actor: .client, deadline: start + Self.patience, now: now(),
            origin: { [address] in
                ClientOrigin(
                    address: address.address(of: request), userAgent: request[.userAgent],
                    acceptLanguage: request[.acceptLanguage])
            }
        )
    }

    /// - Returns: the resource, and the text in the place of `{id}` in its path.
    func resource(at path: Substring) -> (Resource?, String?) {
        guard let (resource, argument) = PathTemplate.find(path, in: resources) else { return (nil, nil) }
        return (resource, argument)
    }

    private func answer(
        _ request: IncomingRequest, resource: Resource?, argument: String?, writer: inout AnswerWriter,
        context: RequestContext
    ) async throws -> Answer {
        let accept = request[.accept]
        let outcome = Negotiation.negotiate(
            accept: accept, format: request.query("format"), among: resource?.renderers ?? Renderer.usual)
        switch outcome {
        case .accepted(let renderer, let problem):
            writer.renderer = renderer
            writer.prefersProblem = problem
        case .notAcceptable, .unknownFormat:
            writer.prefersProblem = Negotiation.prefersProblem(accept: accept)
        }
        guard let resource else { return try notFound(request) }
        switch outcome {
        case .accepted: break
        case .notAcceptable: throw Refusal.notAcceptable
        case .unknownFormat: throw Refusal.notFound
        }
        if request.method == .options { return resource.options }
        guard let endpoint = resource.endpoint(for: request.method) else {
            throw Refusal.methodNotAllowed(request.method)
        }
        guard sites.allows(request) else { throw Refusal.crossSite }
        switch endpoint.handler {
        case .open(let handler):
            return try await handler(try call(request, argument, endpoint: endpoint, context: context))
        case .authenticated(let handler):
            let identity = try await authenticate(request, in: context)
            let context = context.by(.user(identity))
            let rights = try await rights(for: endpoint.security, identity, in: context)
            return try await handler(
                try call(request, argument, endpoint: endpoint, context: context, rights: rights), identity)
        case .client(let handler, _):
            // The credentials may be in the body, so that is read first.
            var call = try call(request, argument, endpoint: endpoint, context: context)
            guard let clients, let right = endpoint.security.right else { throw Refusal.invalidClient }
            let client = try await clients.client(of: call, may: right)
            call.context = context.by(.registeredClient(client.id))
            return try await handler(call, client)
        case .immediate(let answer): return answer(try await authenticate(request, in: context))
        case .openImmediate(let answer):
            return answer(try call(request, argument, endpoint: endpoint, context: context))
        }
    }

    func authenticate(_ request: IncomingRequest, in context: RequestContext) async throws -> Identity {
        do {
            let proven = try await identity.identity(bearer: try BearerToken.read(from: request), in: context)
            request.witness?.note(proven.user.id)
            return proven
        } catch let error as BearerError {
            throw Refusal.bearer(error)
        } catch let error as AccessTokenError {
            throw Refusal.bearer(.token(error))
        }
    }

    /// - Returns: the rights by which the user meets the demand; nil for an operation that demands nothing.
    func rights(
        for security: APIOperation.Security, _ identity: Identity, in context: RequestContext
    ) async throws -> Rights? {
        guard let demand = security.demand else { return nil }
        switch try await judge(demand, identity, context) {
        case .met(let rights): return rights
        case .denied: throw Refusal.permissionDenied
        case .loginTooOld: throw Refusal.freshLoginRequired
        }
    }

    func call(
        _ request: IncomingRequest, _ argument: String?, endpoint: Endpoint, context: RequestContext,
        rights: Rights? = nil
    ) throws -> Call {
        if let encoding = request[.contentEncoding], !encoding.matches("identity"), !encoding.isEmpty {
            throw Refusal.unsupportedEncoding(encoding)
        }
        func call(_ payload: Payload) -> Call {
            Call(payload: payload, context: context, argument: argument, rights: rights, request: request)
        }
        guard request.method != .get, request.method != .head, !endpoint.parsers.isEmpty else {
            return call(.fields([:]))
        }
        guard case .bytes(let bytes) = request.body else { throw Refusal.bodyTooLarge }
        let isForClients = endpoint.security.right != nil
        do {
            let payload = try Payload.parse(
                bytes: bytes, contentType: request[.contentType], names: endpoint.fieldNames,
                duplicates: isForClients ? .refused : .lastWins)
            return call(trimsPasswords ? payload.trimming(endpoint.passwordFields) : payload)
        } catch {
            throw isForClients ? Refusal(toClient: error) : Refusal(error)
        }
    }

    private func notFound(_ request: IncomingRequest) throws -> Answer {
        guard request.path.hasSameBytes(as: "/") else { throw Refusal.notFound(nearest: nearest(to: request.path)) }
        var index = index
        // Uptime probes send `HEAD /` and only check that the server answers.
        if request.method == .head { index.status = .ok }
        return index
    }

    /// The 404 of `/`, with the list of endpoints: it helps a client that knows nothing but the server's address.
    private static func index(of operations: [APIOperation], under path: String) -> Answer {
        Answer(status: .notFound) { json in
            json.beginObject()
            json.key("detail")
            json.string("Not found.")
            json.key("endpoints")
            json.index(of: operations.filter { $0.path.hasBytePrefix("/api/") }, under: path)
            json.endObject()
        }
    }

    func refusal(_ error: any Error, of request: IncomingRequest) -> Refusal {
        switch error {
        case let error as Throttled: return .throttled(retryAfter: error.retryAfter)
        case let error as Overloaded: return .unavailable(retryAfter: error.retryAfter)
        case is PasswordHashingFailed: return .unavailable(retryAfter: 1)
        case let error as StoreUnavailable:
            logger.error(
                "storage unavailable", metadata: ["error": "\(String(reflecting: error))", "request": "\(request.id)"])
            return .unavailable(retryAfter: 1)
        case AdministrationRefusal.denied: return .permissionDenied(AdministrationRefusal.denied.description)
        case AdministrationRefusal.ownAccount: return .ownAccount
        case AdministrationRefusal.lastSuperuser: return .lastSuperuser
        case AdministrationRefusal.keptElsewhere: return .keptElsewhere
        case is AccountInUse: return .accountInUse
        case is CancellationError: return .unavailable(retryAfter: 1)
        case let error as HookFailure:
            logger.error("a hook failed", metadata: ["hook": "\(error)", "request": "\(request.id)"])
            return .internalError
        default:
            logger.error("unexpected error", metadata: ["error": "\(type(of: error))", "request": "\(request.id)"])
            return .internalError
        }
    }
}
