// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
public import OstiaryCore
import OstiaryHTTP

extension IdentityService {
    /// Verifies the access token of a request to a route of the application (RFC 6750).
    /// - Parameter request: the request with the `Authorization` header.
    /// - Returns: the user of the token, and its session.
    /// - Throws: `HTTPError` 401 with a challenge, if the token is missing or refused; ``StoreUnavailable``.
    public func identity(of request: Request) async throws -> Identity {
        let context = OstiaryCore.RequestContext(actor: .client, now: Timestamp.now())
        do {
            return try await identity(
                bearer: try BearerToken.read(request.headers[values: .authorization]), in: context)
        } catch is BearerError {
            throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: "Bearer"])
        } catch is AccessTokenError {
            throw HTTPError(.unauthorized, headers: [.wwwAuthenticate: #"Bearer error="invalid_token""#])
        }
    }
}
