// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import OstiaryCore

/// A resource with a method that is answered from memory, and the constant part of its answers.
/// A class, since a copy of an endpoint would cost a twentieth of an answer.
final class ImmediateResource: Sendable {
    let path: String
    let method: HTTPMethod
    let endpoint: Endpoint
    let handler: Endpoint.Handler
    let metrics: ResourceMetrics
    private let resource: Resource
    /// The status line and the constant header fields.
    private let start: ByteBuffer
    /// The same without `Cache-Control`, for answers that may be stored.
    private let storableStart: ByteBuffer

    init?(_ resource: Resource) {
        let endpoints = [resource.endpoint(for: .get), resource.endpoint(for: .post)]
        guard let endpoint = endpoints.compactMap({ $0 }).first(where: \.isImmediate) else { return nil }
        (self.endpoint, self.handler) = (endpoint, endpoint.handler)
        (self.resource, self.path) = (resource, resource.path)
        self.method = endpoint.method == .get ? .GET : .POST
        self.metrics = resource.metrics
        self.start = Self.start(resource.headers)
        var headers = resource.headers
        headers[.cacheControl] = nil
        self.storableStart = Self.start(headers)
    }

    private static func start(_ headers: HTTPFields) -> ByteBuffer {
        var start = ByteBuffer()
        start.writeStatusLine(.ok)
        for field in headers { start.writeField(field.name.rawName, field.value) }
        start.writeField("Content-Type", "application/json")
        start.writeStaticString("X-Request-ID: ")
        return start
    }

    /// True if requests wait before they are answered.
    var waits: Bool { if case .client(_, .wait) = handler { true } else { false } }

    func encode(_ answer: Answer, of request: IncomingRequest, under path: String) -> EncodedResponse {
        guard answer.status == .ok else {
            let writer = AnswerWriter(isHead: false, requestID: request.id, path: path)
            return EncodedResponse(writer.write(answer, resource: resource))
        }
        let isStorable = answer.headers.contains(.cacheControl)
        return EncodedResponse(
            isStorable ? storableStart : start, id: request.id, fields: answer.headers, json: answer.json)
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
        guard request.target.isASCII, let resource = immediate[request.target],
            request.head.method == resource.method, !isDraining(), let headers = UsualHeaders(request)
        else { return nil }
        let start = ContinuousClock.now
        guard let answer = answer(request, resource, headers, since: start) else { return nil }
        let encoded = resource.encode(answer, of: request, under: path)
        resource.metrics.record(encoded.status, since: start)
        return encoded
    }

    /// The wait of a request at an endpoint that has one, if memory authenticates its client.
    package func wait(before request: IncomingRequest) -> RequestWait? {
        guard request.head.method == .GET,
            let resource = waiting.first(where: { request.head.uri.hasBytePrefix($0.path) }),
            request.target.isASCII, request.path.hasSameBytes(as: resource.path), !isDraining(),
            case .client(_, .wait(let wait)) = resource.handler,
            case .accepted = Negotiation.negotiate(
                accept: request[.accept], format: request.query("format"), among: resource.endpoint.renderers),
            let clients, let (call, client) = client(of: request, resource.endpoint, since: .now),
            let wait = wait(call, client)
        else { return nil }
        // The budget is for the beginnings of waits: their ends come together.
        return { await clients.admit(client, in: call.context) ? await wait() : false }
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
        _ request: IncomingRequest, _ resource: ImmediateResource, _ headers: UsualHeaders,
        since start: ContinuousClock.Instant
    ) -> Answer? {
        switch resource.handler {
        case .immediate(let answer):
            guard let bearer = headers.authorization.flatMap(BearerToken.usual),
                let identity = identity.remembered(bearer: bearer)
            else { return nil }
            request.witness?.note(identity.user.id)
            return answer(identity)
        case .openImmediate(let answer):
            let context = context(of: request, since: start)
            return (try? call(request, nil, endpoint: resource.endpoint, context: context)).map(answer)
        case .client(_, .answer(let answer)):
            guard let (call, client) = client(of: request, resource.endpoint, since: start), let answer = answer(call),
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
