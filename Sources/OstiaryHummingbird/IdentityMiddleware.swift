// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
import OstiaryCore
package import OstiaryHTTP

/// Proves the identity of callers of an application's own routes by their access tokens (RFC 6750). Refusals are those
/// of Ostiary's endpoints.
public struct IdentityMiddleware<Context: IdentifiedRequestContext>: RouterMiddleware {
    private let gate: APIResponder
    private let demand: APIOperation.Demand
    private let isOptional: Bool

    /// - Parameters:
    ///   - gate: judges requests.
    ///   - demand: the demand beyond a valid token.
    ///   - isOptional: true to let requests pass that have no `Authorization` header.
    package init(_ gate: APIResponder, demand: APIOperation.Demand, isOptional: Bool) {
        self.gate = gate
        self.demand = demand
        self.isOptional = isOptional
    }

    /// Passes a request on with its ``IdentifiedRequestContext/identity``, or refuses it.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let incoming = IncomingRequest(request, peer: context)
        switch await gate.admission(of: incoming, demand: demand, isOptional: isOptional) {
        case .admitted(let identity):
            var context = context
            context.identity = identity
            return try await next(request, context)
        case .anonymous: return try await next(request, context)
        case .refused(let answer): return Response(answer)
        }
    }
}
