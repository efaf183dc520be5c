// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import OstiaryCore

/// Serves a responder under a path prefix. Requests without the prefix are answered, too, since many proxies remove it,
/// and probes for health ask the server directly.
package struct PrefixedResponder: Responder {
    private let base: any Responder
    private let prefix: [UInt8]

    /// - Parameters:
    ///   - base: answers the requests, whose paths have no prefix.
    ///   - prefix: the prefix, which begins with a slash and does not end with one.
    package init(_ base: any Responder, prefix: String) {
        self.base = base
        self.prefix = Array(prefix.utf8)
    }

    package func respond(to request: IncomingRequest) async -> OutgoingResponse {
        await base.respond(to: withoutPrefix(request))
    }

    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        base.immediateResponse(to: withoutPrefix(request))
    }

    package func wait(before request: IncomingRequest) -> RequestWait? { base.wait(before: withoutPrefix(request)) }

    package func owns(_ path: Substring) -> Bool { base.owns(bare(path.utf8).map { Substring($0) } ?? path) }

    private func withoutPrefix(_ request: IncomingRequest) -> IncomingRequest {
        guard let target = bare(request.target.utf8) else { return request }
        var head = request.head
        head.uri = target
        var stripped = IncomingRequest(head, body: request.body, peer: request.peer, id: request.id)
        stripped.witness = request.witness
        stripped.hasWaited = request.hasWaited
        return stripped
    }

    /// - Returns: the target without the prefix; nil if it does not begin with it.
    private func bare(_ target: some Collection<UInt8>) -> String? {
        guard target.starts(with: prefix) else { return nil }
        let rest = target.dropFirst(prefix.count)
        switch rest.first {
        case UInt8(ascii: "/"): return String(decoding: rest, as: UTF8.self)
        case nil, UInt8(ascii: "?"): return "/" + String(decoding: rest, as: UTF8.self)
        default: return nil
        }
    }
}
