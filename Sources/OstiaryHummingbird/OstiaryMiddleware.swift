// SPDX-License-Identifier: Apache-2.0

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
        guard responder.owns(Query.path(of: request.head.path ?? "/")) else { return try await next(request, context) }
        let incoming = IncomingRequest(request, body: try await Self.body(of: request), peer: context)
        return Response(await responder.respond(to: incoming))
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
