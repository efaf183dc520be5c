// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
public import OstiaryCore

/// A request context of an application that has room for the caller's identity.
public protocol IdentifiedRequestContext: Hummingbird.RequestContext {
    /// The caller, as ``IdentityMiddleware`` has proven it; nil behind no such middleware, and for a request without
    /// credentials where those are optional.
    var identity: Identity? { get set }
}

extension IdentifiedRequestContext {
    /// The user who calls.
    /// - Throws: `HTTPError` 401 if nobody has proven to be one: a route that forgets its middleware refuses everybody.
    public var user: User {
        get throws {
            guard let identity else { throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: "Bearer"]) }
            return identity.user
        }
    }
}
