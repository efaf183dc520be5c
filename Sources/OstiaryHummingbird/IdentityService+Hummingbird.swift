// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
public import OstiaryCore
import OstiaryHTTP

extension IdentityService {
    /// The user whose access token a request of the application's own routes brings (RFC 6750).
    /// - Throws: `HTTPError` 401 with a challenge, if it brings none or one that is refused; ``StoreUnavailable``.
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
