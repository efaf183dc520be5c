import Hummingbird

/// `GET /metrics` on an address of its own, which is for the operator only.
struct MetricsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let metrics: PrometheusMetrics
    /// Sets gauges that are read only when somebody looks.
    let refresh: @Sendable () -> Void

    func respond(to request: Request, context: Context) async throws -> Response {
        guard request.uri.path == "/metrics" else { return Response(status: .notFound) }
        guard request.method == .get else { return Response(status: .methodNotAllowed, headers: [.allow: "GET"]) }
        refresh()
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text()))
        )
    }
}
