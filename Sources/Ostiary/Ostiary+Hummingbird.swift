// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
public import OstiaryHTTP
public import OstiaryHummingbird

extension Ostiary {
    /// Answers requests for the API, its pages and their files, with `OPTIONS`, in an application's router. All others
    /// go on to the application. The API stands at `/api/`, below the path of ``Options/publicURL`` if that has one.
    ///
    /// The context should tell the client's address, by which logins are counted: ``OstiaryHummingbird/AddressedRequestContext`` does.
    /// - Parameter router: the router, before the application starts.
    public func mount<Context: Hummingbird.RequestContext>(on router: Router<Context>) {
        router.addMiddleware { OstiaryMiddleware(responder) }
    }

    /// Makes a middleware for routes that ask for an access token. Make it after the last ``endpoint(_:)``.
    /// - Parameter security: the demand beyond a token, such as `.fresh`, `.staff()` or `.permission(…)`; neither
    ///   `.public` nor `.client(…)`.
    /// - Returns: a middleware behind which the context has an identity.
    public func required<Context: IdentifiedRequestContext>(
        _ security: APIOperation.Security = .bearer
    ) -> IdentityMiddleware<Context> {
        guard case .bearer(let demand) = security else { preconditionFailure("the middleware asks for a token") }
        return IdentityMiddleware(gate, demand: demand, isOptional: false)
    }

    /// Makes a middleware for routes that know their caller if there is a token. A token that is refused is refused here,
    /// too. Make it after the last ``endpoint(_:)``.
    public func optional<Context: IdentifiedRequestContext>() -> IdentityMiddleware<Context> {
        IdentityMiddleware(gate, demand: APIOperation.Demand(), isOptional: true)
    }
}
