// SPDX-License-Identifier: Apache-2.0

extension ErrorCode {
    /// The reason for the refusal, with code in backticks.
    public var meaning: String {
        switch self {
        case .malformedRequest:
            "the path, `Host` or another header that means something here is not ASCII, or `Host` is not there once"
        case .invalidFields: "fields are missing or wrong"
        case .malformedBody: "the body is not what its `Content-Type` says"
        case .invalidRefreshToken:
            "the refresh token is unknown, spent or expired, its session has ended or its user is inactive"
        case .invalidIdempotencyKey: "the `Idempotency-Key` header is malformed or repeated; nothing was spent"
        case .reusedIdempotencyKey: "the `Idempotency-Key` is the one of the token before; nothing was spent"
        case .invalidCredentials: "the login was refused, for whatever cause"
        case .notAuthenticated: "no `Authorization` header"
        case .unsupportedScheme: "its scheme is not `Bearer`"
        case .tokenInvalid: "the access token is malformed, not ours or not for here"
        case .tokenExpired: "the access token has expired"
        case .sessionEnded: "the access token is ours and in time, but its session has ended or its account is gone"
        case .userInactive: "the access token is ours and in time, but its user is inactive"
        case .permissionDenied: "the user may not do this, or has to log in again for it"
        case .crossSiteRequest: "a page of a site that is not allowed had a browser send it; nothing was done"
        case .notFound: "there is nothing at this path, or no such `?format=`"
        case .methodNotAllowed: "the path does not have this method"
        case .notAcceptable: "nothing in `Accept` can be met; nothing was done"
        case .bodyTooLarge: "the body is larger than 64 KiB"
        case .unsupportedMediaType: "the body's type is not one of `OPTIONS`"
        case .throttled: "somebody sends more than a budget allows; nothing was done"
        case .internalError: "a fault of the server"
        case .unavailable: "the storage cannot be reached, or too much waits; nothing was done"
        }
    }

    /// The remedy: an instruction for the client, with code in backticks.
    public var remedy: String {
        switch self {
        case .malformedRequest: "percent-encode the path, and send the header as its RFC says"
        case .invalidFields: "correct them; each message names its field"
        case .malformedBody: "correct the syntax"
        case .invalidRefreshToken: "log in again"
        case .invalidIdempotencyKey: "send 16–128 visible ASCII characters without a comma, once"
        case .reusedIdempotencyKey: "draw a new one for each token"
        case .invalidCredentials: "ask for the password again"
        case .notAuthenticated: "send one"
        case .unsupportedScheme: "send `Bearer` and a token"
        case .tokenInvalid: "refresh or log in"
        case .sessionEnded: "log in again"
        case .userInactive: "ask the operator"
        case .tokenExpired: "refresh"
        case .permissionDenied: "log in again, or ask an operator for the right"
        case .crossSiteRequest: "name the page's origin by `--cors-origin`"
        case .notFound: "look at `GET /api/`"
        case .methodNotAllowed: "look at `Allow`"
        case .notAcceptable: "accept `application/json`"
        case .bodyTooLarge: "send less"
        case .unsupportedMediaType: "send JSON"
        case .throttled: "wait `Retry-After` seconds and send it again, a refresh with the same key"
        case .internalError: "report it with the `X-Request-ID`"
        case .unavailable: "wait `Retry-After` seconds and send it again"
        }
    }
}
