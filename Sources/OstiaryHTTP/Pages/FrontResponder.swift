// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
import NIOCore
public import NIOHTTP1

/// Parts people from programs: who prefers `text/html` is answered by pages, everybody else by the API itself.
public struct FrontResponder: HTTPResponder {
    public typealias Context = OstiaryRequestContext

    private let api: APIResponder
    private let pages: (any PageSite)?
    private let isDraining: @Sendable () -> Bool

    /// - Parameters:
    ///   - pages: nil where there are none.
    ///   - isDraining: while true, each answer asks its client to connect anew.
    public init(
        api: APIResponder, pages: (any PageSite)?, isDraining: @escaping @Sendable () -> Bool = { false }
    ) {
        self.api = api
        self.pages = pages
        self.isDraining = isDraining
    }

    public func respond(to request: Request, context: Context) async throws -> Response {
        guard let pages, RequestText.refusal(of: request.head) == nil, isForPages(request.head, pages) else {
            return try await api.respond(to: request, context: context)
        }
        let visit = Visit(request.head, body: try await Self.body(of: request))
        let reply = try await pages.answer(visit, api: InProcessAPI(responder: api, context: context))
        return response(reply, to: request.head, requestID: context.id)
    }

    /// What the API can answer at once is never for pages.
    public func immediateAnswer(to head: HTTPRequestHead) -> WireAnswer? { api.immediateAnswer(to: head) }

    private func isForPages(_ head: HTTPRequest, _ pages: any PageSite) -> Bool {
        let target = head.path ?? ""
        let path = Query.path(of: target)
        let (accept, format) = (head.headerFields[.accept], Query.value(of: "format", in: target))
        if Negotiation.isUsual(accept), format == nil { return pages.owns(path) }
        let offered = api.resource(at: path).0?.renderers ?? Renderer.usual
        if case .accepted(.html, _) = Negotiation.negotiate(accept: accept, format: format, among: offered) {
            return true
        }
        return pages.owns(path)
    }

    private static func body(of request: Request) async throws -> [UInt8]? {
        do {
            let limit = APIResponder.maximumBodySize
            guard request.headers[.contentLength].map({ (Int($0) ?? .max) <= limit }) ?? true else { return nil }
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            return nil
        }
    }

    private func response(_ reply: Reply, to request: HTTPRequest, requestID: String) -> Response {
        var headers = reply.headers
        for field in AnswerHeaders.common(allow: "") where headers[field.name] == nil { headers.append(field) }
        headers[.xRequestID] = requestID
        headers[.contentLength] = String(reply.body.count)
        if isDraining() { headers[.connection] = "close" }
        let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        return Response(status: reply.status, headers: headers, body: body)
    }
}
