// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
public import OstiaryVerifier

/// A request context that has room for the token of a request.
public protocol VerifiedRequestContext: RequestContext {
    /// The token of the request, verified; nil without one, and before ``VerifierMiddleware`` has seen the request.
    var token: VerifiedToken? { get set }
}

extension VerifiedRequestContext {
    /// The token of the request.
    /// - Throws: `HTTPError` 401 with a challenge (RFC 6750 §3) if there is none.
    public func requireToken() throws -> VerifiedToken {
        guard let token else { throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: "Bearer"]) }
        return token
    }
}

/// The context of an application that needs nothing but the token.
public struct BasicVerifiedRequestContext: VerifiedRequestContext {
    /// The parts of the context that Hummingbird needs.
    public var coreContext: CoreRequestContextStorage
    /// The token of the request; nil without one.
    public var token: VerifiedToken?

    /// - Parameter source: the source of the request.
    public init(source: Source) { coreContext = .init(source: source) }
}
