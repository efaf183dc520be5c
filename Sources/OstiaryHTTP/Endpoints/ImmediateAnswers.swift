// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import OstiaryCore

/// A resource with a method that is answered from memory, and the constant part of its answers.
struct ImmediateResource: Sendable {
    let method: HTTPMethod
    let endpoint: Endpoint
    let metrics: ResourceMetrics
    private let resource: Resource
    /// The status line and the constant header fields.
    private let start: ByteBuffer

    init?(_ resource: Resource) {
        if let endpoint = resource.endpoint(for: .get), endpoint.isImmediate {
            (method, self.endpoint) = (.GET, endpoint)
        } else if let endpoint = resource.endpoint(for: .post), endpoint.isImmediate {
            (method, self.endpoint) = (.POST, endpoint)
        } else {
            return nil
        }
        self.resource = resource
        self.metrics = resource.metrics
        var start = ByteBuffer()
        start.writeStatusLine(.ok)
        for field in resource.headers { start.writeField(field.name.rawName, field.value) }
        start.writeField("Content-Type", "application/json")
        start.writeStaticString("X-Request-ID: ")
        self.start = start
    }

    func encode(_ answer: Answer, of request: IncomingRequest, under path: String) -> EncodedResponse {
        if answer.status == .ok, answer.headers.isEmpty {
            return EncodedResponse(start, id: request.id, json: answer.json)
        }
        let writer = AnswerWriter(isHead: false, requestID: request.id, path: path)
        return EncodedResponse(writer.write(answer, resource: resource))
    }
}

extension Endpoint {
    fileprivate var isImmediate: Bool {
        switch handler {
        case .immediate, .openImmediate: true
        case .client(_, .answer), .client(_, .wait): true
        case .client(_, .nothing), .open, .authenticated: false
        }
    }
}

extension APIResponder {
    /// The largest body that is read on the event loop, in bytes: that of a form with a token of this server.
    private static let largestBody = 4_096

    /// Answers a request to an immediate endpoint on the event loop, without a task, if memory knows all that is needed.
    ///
    /// - Returns: the answer that ``respond(to:)`` would give; nil for unusual requests and for every refusal.
    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        guard let resource = immediateResource(for: request, at: request.target), let headers = UsualHeaders(request)
        else { return nil }
        let start = ContinuousClock.now
        guard let answer = answer(request, resource.endpoint, headers, since: start) else { return nil }
        let encoded = resource.encode(answer, of: request, under: path)
        resource.metrics.record(encoded.status, since: start)
        return encoded
    }

    /// The wait of a request at an endpoint that has one, if memory authenticates its client.
    package func wait(before request: IncomingRequest) -> RequestWait? {
        guard let resource = immediateResource(for: request, at: String(request.path)),
            case .client(_, .wait(let wait)) = resource.endpoint.handler,
            case .accepted = Negotiation.negotiate(
                accept: request[.accept], format: request.query("format"), among: resource.endpoint.renderers),
            let clients, let (call, client) = client(of: request, resource.endpoint, since: .now),
            let wait = wait(call, client)
        else { return nil }
        // The budget is for the beginnings of waits: their ends come together.
        return { await clients.admit(client, in: call.context) ? await wait() : false }
    }

    private func immediateResource(for request: IncomingRequest, at path: String) -> ImmediateResource? {
        guard path.isASCII, let resource = immediate[path], request.head.method == resource.method, !isDraining()
        else { return nil }
        return resource
    }

    /// - Returns: nil unless memory authenticates the client of the request.
    private func client(
        of request: IncomingRequest, _ endpoint: Endpoint, since start: ContinuousClock.Instant
    ) -> (Call, Client)? {
        guard case .bytes(let body) = request.body, body.count <= Self.largestBody, sites.allows(request),
            let clients, let right = endpoint.security.right,
            let call = try? call(request, nil, endpoint: endpoint, context: context(of: request, since: start)),
            let client = clients.remembered(call, may: right)
        else { return nil }
        return (call, client)
    }

    private func answer(
        _ request: IncomingRequest, _ endpoint: Endpoint, _ headers: UsualHeaders, since start: ContinuousClock.Instant
    ) -> Answer? {
        switch endpoint.handler {
        case .immediate(let answer):
            guard let bearer = headers.authorization.flatMap(BearerToken.usual),
                let identity = identity.remembered(bearer: bearer)
            else { return nil }
            request.witness?.note(identity.user.id)
            return answer(identity)
        case .openImmediate(let answer):
            let context = context(of: request, since: start)
            return (try? call(request, nil, endpoint: endpoint, context: context)).map(answer)
        case .client(_, .answer(let answer)):
            guard let (call, client) = client(of: request, endpoint, since: start), let answer = answer(call),
                clients?.admitAtOnce(client, at: call.context.now) == true
            else { return nil }
            return answer
        case .open, .authenticated, .client: return nil
        }
    }
}

/// The headers of a request that has none which would change the answer.
private struct UsualHeaders {
    /// The value of the only `Authorization` header.
    let authorization: String?

    /// - Returns: nil if the request does not accept JSON, names no host or comes from a page of another origin.
    init?(_ request: IncomingRequest) {
        var authorization: String?
        var hosts = 0
        for (name, value) in request.head.headers {
            switch name.utf8.count {
            case 4 where name.isFieldName("host"):
                guard Framing.isHost(value) else { return nil }
                hosts += 1
            case 6 where name.isFieldName("accept"):
                // They differ in refusals only, and none is given here.
                guard Negotiation.isUsual(value) || Negotiation.isUsualWithProblems(value) else { return nil }
            case 6 where name.isFieldName("origin"): return nil
            case 13 where name.isFieldName("authorization"):
                guard authorization == nil else { return nil }
                authorization = value
            default: break
            }
        }
        guard hosts == 1 else { return nil }
        self.authorization = authorization
    }
}
