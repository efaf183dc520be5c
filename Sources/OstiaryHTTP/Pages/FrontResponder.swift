// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import Logging
import OstiaryCore

/// Routes requests that prefer `text/html` to the pages, all others to the API.
package struct FrontResponder: Responder {
    private let api: APIResponder
    private let pages: (any PageSite)?
    private let logger: Logger
    private let isDraining: @Sendable () -> Bool
    private let metrics = ResourceMetrics(name: ResourceMetrics.pages)

    /// - Parameters:
    ///   - pages: the pages; nil to serve none.
    ///   - logger: logs faults of pages.
    ///   - isDraining: true to close the connection after each answer.
    package init(
        api: APIResponder, pages: (any PageSite)?, logger: Logger = Logger(label: "ostiary"),
        isDraining: @escaping @Sendable () -> Bool = { false }
    ) {
        self.api = api
        self.pages = pages
        self.logger = logger
        self.isDraining = isDraining
    }

    package func respond(to request: IncomingRequest) async -> OutgoingResponse {
        guard let pages, RequestText.refusal(of: request) == nil, isForPages(request, pages) else {
            return await api.respond(to: request)
        }
        let start = ContinuousClock.now
        var response: OutgoingResponse
        do {
            response = try await pages.answer(request, api: InProcessAPI(responder: api, visit: request))
        } catch {
            logger.error(
                "unexpected error", metadata: ["error": "\(type(of: error))", "request": "\(request.id)"])
            response = OutgoingResponse(.internalServerError)
        }
        complete(&response, to: request)
        metrics.record(response.status, since: start)
        return response
    }

    /// Pages are never answered immediately; the API's answers may be.
    package func immediateResponse(to request: IncomingRequest) -> EncodedResponse? {
        api.immediateResponse(to: request)
    }

    package func wait(before request: IncomingRequest) -> RequestWait? { api.wait(before: request) }

    package func owns(_ path: Substring) -> Bool {
        // Only ASCII is looked up: hashing other text takes quadratic time for some.
        path.isASCII && (api.resource(at: path).0 != nil || pages?.serves(path) == true)
    }

    /// The path with placeholders for what clients choose, such as `/api/sessions/{id}/`; nil for an unknown path.
    package func template(of path: Substring) -> String? {
        // Only ASCII is looked up: hashing other text takes quadratic time for some.
        guard path.isASCII else { return nil }
        return api.resource(at: path).0?.path ?? pages?.template(of: path)
    }

    private func isForPages(_ request: IncomingRequest, _ pages: any PageSite) -> Bool {
        let (path, accept, format) = (request.path, request[.accept], request.query("format"))
        if Negotiation.isUsual(accept), format == nil { return pages.owns(path) }
        let offered = api.resource(at: path).0?.renderers ?? Renderer.usual
        if case .accepted(.html, _) = Negotiation.negotiate(accept: accept, format: format, among: offered) {
            return true
        }
        return pages.owns(path)
    }

    private func complete(_ response: inout OutgoingResponse, to request: IncomingRequest) {
        for field in AnswerHeaders.common(allow: "") where response.fields[field.name] == nil {
            response.fields.append(field)
        }
        response.fields[.xRequestID] = request.id.description
        response.fields[.contentLength] = String(response.body.count)
        if isDraining() { response.fields[.connection] = "close" }
        if request.method == .head { response.body = [] }
    }
}
