// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
public import NIOHTTP1
import Hummingbird
import OstiaryCore

/// A resource whose `GET` is answered from memory, and its answer as far as it is always the same.
struct ImmediateResource: Sendable {
    let answer: @Sendable (Identity) -> Answer
    /// The status line and the fields that never change.
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
        self.start = start
    }
}

extension APIResponder {
    /// Answers a request that memory alone can answer, without a task; to be asked on the event loop.
    ///
    /// - Returns: the same as the ordinary way gives; nil where that way must be gone:
    ///   for all that is rare, and for every refusal.
    public func immediateAnswer(to head: HTTPRequestHead) -> WireAnswer? {
        guard head.method == .GET, head.uri.isASCII, let resource = immediate[head.uri], !isDraining() else {
            return nil
        }
        let start = ContinuousClock.now
        guard let bearer = Self.bearer(in: head.headers), let identity = identity.remembered(bearer: bearer) else {
            return nil
        }
        let body = resource.answer(identity).json
        let answer = WireAnswer(
            resource.start,
            fields: [
                (HTTPField.Name.xRequestID.rawName, RequestID().description), ("Content-Length", String(body.count)),
            ],
            json: body
        )
        resource.metrics.record(.ok, since: start)
        return answer
    }

    /// The token of the only `Authorization` header, as nearly every client writes it, in a request that accepts JSON
    /// and asks for nothing else that would change the answer.
    private static func bearer(in headers: HTTPHeaders) -> String? {
        var bearer: String?
        var hosts = 0
        for (name, value) in headers {
            switch name.utf8.count {
            case 4 where name.isEqualIgnoringCase("host"):
                guard Framing.isHost(value) else { return nil }
                hosts += 1
            case 6 where name.isEqualIgnoringCase("accept"):
                guard Negotiation.isUsual(value) else { return nil }
            case 6 where name.isEqualIgnoringCase("origin"): return nil
            case 13 where name.isEqualIgnoringCase("authorization"):
                let scheme = "Bearer "
                guard bearer == nil, value.hasBytePrefix(scheme) else { return nil }
                bearer = String(value[value.utf8.index(value.startIndex, offsetBy: scheme.utf8.count)...])
            default: break
            }
        }
        return hosts == 1 ? bearer : nil
    }
}

extension String {
    /// - Parameter name: in lower case, ASCII.
    fileprivate func isEqualIgnoringCase(_ name: StaticString) -> Bool {
        utf8.elementsEqual(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)) { own, other in
            own == other || own | 0x20 == other
        }
    }
}
