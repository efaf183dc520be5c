// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import OstiaryCore

/// `GET /metrics` on an address of its own, which is for the operator only.
struct MetricsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let metrics: PrometheusMetrics
    /// Whether only this machine reaches it. Then a page in a browser there could, under a name that it has made point
    /// here, so no name is taken but the machine's own.
    let isLocal: Bool
    /// Sets gauges that are read only when somebody looks.
    let refresh: @Sendable () -> Void

    func respond(to request: Request, context: Context) async throws -> Response {
        guard !isLocal || Self.isOwn(request.head.authority ?? "") else {
            let text = "Ask for it as localhost or by the address.\n"
            return Response(status: .misdirectedRequest, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        guard request.uri.path == "/metrics" else { return Response(status: .notFound) }
        guard request.method == .get else { return Response(status: .methodNotAllowed, headers: [.allow: "GET"]) }
        refresh()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text()))
        )
    }

    /// - Parameter authority: of a `Host` header.
    private static func isOwn(_ authority: String) -> Bool {
        guard authority.utf8.count <= 64 else { return false }
        let host = SocketAddress(authority)?.host ?? authority
        let bare =
            host.utf8.first == UInt8(ascii: "[")
            ? String(decoding: host.utf8.dropFirst().dropLast(), as: UTF8.self) : host
        return bare.hasSameBytes(as: "localhost") || IPAddress(bare) != nil
    }
}
