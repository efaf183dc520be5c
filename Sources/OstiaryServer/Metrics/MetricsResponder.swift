// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryCore
import OstiaryHTTP

/// `GET /metrics` on a separate address for the operator.
struct MetricsResponder: Responder {
    let metrics: PrometheusMetrics
    /// True if only this machine can reach the address. A web page in a browser on this machine could reach it by a
    /// domain name that resolves to this machine (DNS rebinding), so only the machine's own names are accepted as
    /// `Host`.
    let isLocal: Bool
    /// The event loop that makes the text. It serves no other requests, so those never wait for a scrape.
    let loop: any EventLoop
    /// Computes the values that are read only for a scrape.
    let readings: @Sendable () -> [Reading]

    func respond(to request: IncomingRequest) async -> OutgoingResponse {
        var response = await answer(to: request)
        response.fields[.contentLength] = String(response.body.count)
        if request.method == .head { response.body = [] }
        return response
    }

    private func answer(to request: IncomingRequest) async -> OutgoingResponse {
        guard !isLocal || Self.isOwn(request.authority ?? "") else {
            return OutgoingResponse(
                .misdirectedRequest, body: Array("Ask for it as localhost or by the address.\n".utf8))
        }
        guard request.path.hasSameBytes(as: "/metrics") else { return OutgoingResponse(.notFound) }
        guard request.method == .get || request.method == .head else {
            return OutgoingResponse(.methodNotAllowed, [.allow: "GET, HEAD"])
        }
        let made = loop.submit { [metrics, readings] in metrics.text(readings()) }
        // The loop refuses work only when the server ends.
        guard let text = try? await made.get() else { return OutgoingResponse(.serviceUnavailable) }
        return OutgoingResponse(.ok, [.contentType: "text/plain; version=0.0.4; charset=utf-8"], body: text)
    }

    /// - Parameter authority: the value of a `Host` header.
    private static func isOwn(_ authority: String) -> Bool {
        guard authority.utf8.count <= 64 else { return false }
        let host = ServerAddress(authority)?.host ?? authority
        let bare =
            host.utf8.first == UInt8(ascii: "[")
            ? String(decoding: host.utf8.dropFirst().dropLast(), as: UTF8.self) : host
        return bare.hasSameBytes(as: "localhost") || IPAddress(bare) != nil
    }
}
