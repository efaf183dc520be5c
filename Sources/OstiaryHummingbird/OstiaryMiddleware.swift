// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
import NIOCore
public import OstiaryHTTP

/// Answers requests for Ostiary's API, its pages and their files in an application's router, and passes all others on
/// to the application.
public struct OstiaryMiddleware<Context: Hummingbird.RequestContext>: RouterMiddleware {
    private let responder: any Responder

    /// - Parameter responder: the `responder` of a backend.
    public init(_ responder: any Responder) { self.responder = responder }

    /// Answers a request if the responder owns its path, else passes it on.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let target = request.head.path ?? "/"
        guard responder.owns(Query.path(of: target)) else { return try await next(request, context) }
        let incoming = IncomingRequest(
            request.method, target, authority: request.head.authority, fields: request.headers,
            body: try await Self.body(of: request),
            peer: (context as? any RemoteAddressRequestContext)?.remoteAddress)
        let answer = await responder.respond(to: incoming)
        return Response(
            status: answer.status, headers: answer.fields,
            body: answer.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    private static func body(of request: Request) async throws -> IncomingRequest.Body {
        do {
            let bytes = try await request.body.collect(upTo: IncomingRequest.Body.maximumSize)
            return .bytes(Array(bytes.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .tooLarge
        }
    }
}
