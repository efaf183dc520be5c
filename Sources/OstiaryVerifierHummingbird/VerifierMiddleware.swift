// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import Hummingbird
public import OstiaryVerifier

/// Verifies the access token of each request to the routes behind it (RFC 6750), and puts it into the context.
///
/// Nothing but the `Authorization` header is read, so headers by which a gate tells users, such as `X-Auth-User-Id`, need not be
/// cleared here: an application that verifies tokens has no reason to read them.
public struct VerifierMiddleware<Context: VerifiedRequestContext>: RouterMiddleware {
    private let verifier: TokenVerifier
    private let isOptional: Bool

    private init(_ verifier: TokenVerifier, isOptional: Bool) {
        self.verifier = verifier
        self.isOptional = isOptional
    }

    /// Refuses requests without a token.
    /// - Parameter verifier: judges the tokens.
    public static func required(_ verifier: TokenVerifier) -> Self { Self(verifier, isOptional: false) }

    /// Passes requests on that have no token, such as those with another scheme of authentication; a wrong token is refused.
    /// - Parameter verifier: judges the tokens.
    public static func optional(_ verifier: TokenVerifier) -> Self { Self(verifier, isOptional: true) }

    /// Passes a request on with its ``VerifiedRequestContext/token``, or refuses it: 401 with a challenge for no token and a
    /// wrong one, 503 with `Retry-After` while nobody can say.
    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let values = request.headers[values: .authorization].map { $0.split(separator: " ") }
        guard values.contains(where: { $0.first?.lowercased() == "bearer" }) else {
            guard isOptional else { throw Self.unauthorized("Bearer") }
            return try await next(request, context)
        }
        var context = context
        context.token = try await token(values)
        return try await next(request, context)
    }

    private func token(_ values: [[Substring]]) async throws -> VerifiedToken {
        guard values.count == 1, let words = values.first, words.count == 2 else { throw Self.invalid(.malformed) }
        do throws(VerificationError) {
            // Nothing has to be awaited for a key that is known.
            return if let token = try verifier.verifyImmediately(words[1]) { token } else {
                try await verifier.verify(words[1])
            }
        } catch {
            switch error {
            case .refused(let reason): throw Self.invalid(reason)
            case .unavailable: throw HTTPError(.serviceUnavailable, headers: [.retryAfter: "5"])
            }
        }
    }

    private static func unauthorized(_ challenge: String) -> HTTPError {
        HTTPError(.unauthorized, headers: [.wwwAuthenticate: challenge])
    }

    /// RFC 6750 §3.1. The reason says nothing that the holder of the token may not know.
    private static func invalid(_ reason: TokenRefusal) -> HTTPError {
        unauthorized(#"Bearer error="invalid_token", error_description="\#(reason.rawValue)""#)
    }
}
