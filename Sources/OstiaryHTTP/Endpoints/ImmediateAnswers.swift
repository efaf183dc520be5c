// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1
import OstiaryCore

/// A resource whose `GET` is answered from memory, with the constant part of its answer.
struct ImmediateResource: Sendable {
    let answer: @Sendable (Identity) -> Answer
    /// The status line and the constant header fields.
    let start: ByteBuffer
    let metrics: ResourceMetrics

    init?(_ resource: Resource) {
        guard case .immediate(let answer)? = resource.endpoint(for: .get)?.handler else { return nil }
        self.answer = answer
        self.metrics = resource.metrics
        var start = ByteBuffer()
        start.writeStatusLine(.ok)
        for field in resource.headers { start.writeField(field.name.rawName, field.value) }
        start.writeField("Content-Type", "application/json")
        start.writeStaticString("X-Request-ID: ")
        self.start = start
    }
}

extension APIResponder {
    /// Answers `GET` of an immediate endpoint on the event loop, without a task, if memory knows the token.
    ///
    /// - Returns: the answer that ``respond(to:)`` would give; nil for unusual requests and for every refusal.
    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        guard request.head.method == .GET, request.target.isASCII, let resource = immediate[request.target],
            !isDraining()
        else { return nil }
        let start = ContinuousClock.now
        guard let bearer = Self.bearer(in: request), let identity = identity.remembered(bearer: bearer) else {
            return nil
        }
        request.witness?.note(identity.user.id)
        let body = resource.answer(identity).json
        let answer = EncodedResponse(resource.start, id: request.id, json: body)
        resource.metrics.record(.ok, since: start)
        return answer
    }

    /// The token of the only `Authorization` header; nil if the request does not accept JSON, or has a header that
    /// would change the answer.
    private static func bearer(in request: IncomingRequest) -> String? {
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
        return hosts == 1 ? authorization.flatMap(BearerToken.usual) : nil
    }
}
