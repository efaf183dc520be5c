// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

/// `GET /metrics` on a separate address for the operator.
struct MetricsResponder: Responder {
    let metrics: PrometheusMetrics
    /// True if only this machine can reach the address. A web page in a browser on this machine could reach it by a
    /// domain name that resolves to this machine (DNS rebinding), so only the machine's own names are accepted as
    /// `Host`.
    let isLocal: Bool
    /// Sets the gauges that are computed only for a scrape.
    let refresh: @Sendable () -> Void

    func respond(to request: IncomingRequest) async -> OutgoingResponse {
        guard !isLocal || Self.isOwn(request.authority ?? "") else {
            return Self.text(.misdirectedRequest, [:], Array("Ask for it as localhost or by the address.\n".utf8))
        }
        guard request.path.hasSameBytes(as: "/metrics") else { return Self.text(.notFound) }
        guard request.method == .get else { return Self.text(.methodNotAllowed, [.allow: "GET"]) }
        refresh()
        return Self.text(
            .ok, [.contentType: "text/plain; version=0.0.4; charset=utf-8"], Array(metrics.text().utf8))
    }

    private static func text(
        _ status: HTTPResponse.Status, _ fields: HTTPFields = [:], _ body: [UInt8] = []
    ) -> OutgoingResponse {
        var fields = fields
        fields[.contentLength] = String(body.count)
        return OutgoingResponse(status, fields, body: body)
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
