// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// The stable code of a refusal, for programs. Each uniform answer has one; `docs/errors.md` and `GET /docs/errors/`
/// list all codes.
public enum ErrorCode: String, Sendable, CaseIterable {
    /// The path or a header is not ASCII, or there is not exactly one `Host` header (RFC 9112 §3.2).
    case malformedRequest = "malformed_request"
    /// Fields are missing or wrong.
    case invalidFields = "invalid_fields"
    /// The body is not valid in the format that `Content-Type` names.
    case malformedBody = "malformed_body"
    /// The refresh token is unknown, used or expired, its session has ended or its user is inactive.
    case invalidRefreshToken = "invalid_refresh_token"
    /// The `Idempotency-Key` header is malformed or repeated; the token was not used up.
    case invalidIdempotencyKey = "invalid_idempotency_key"
    /// The idempotency key was sent with the previous token; the token was not used up.
    case reusedIdempotencyKey = "reused_idempotency_key"
    /// The link of a message, or its code, is unknown, used or expired, or for something else.
    case invalidLink = "invalid_link"
    /// The address of the account is proven already; nothing was sent.
    case alreadyVerified = "already_verified"
    /// A request of a client is malformed: a parameter is missing or repeated, or the client authenticates in two ways
    /// (RFC 6749 §5.2).
    case invalidRequest = "invalid_request"
    /// The token is of a type that cannot be revoked (RFC 7009 §2.2.1).
    case unsupportedTokenType = "unsupported_token_type"
    /// The login was refused; the cause is not disclosed (ASVS 6.3.8).
    case invalidCredentials = "invalid_credentials"
    /// The request has no `Authorization` header.
    case notAuthenticated = "not_authenticated"
    /// The scheme of the `Authorization` header is not `Bearer` (RFC 6750 §2.1).
    case unsupportedScheme = "unsupported_scheme"
    /// The access token is malformed, or was not issued by this server for this API.
    case tokenInvalid = "token_invalid"
    /// The access token has expired.
    case tokenExpired = "token_expired"
    /// The access token is valid, but its session has ended or its account was deleted.
    case sessionEnded = "session_ended"
    /// The access token is valid, but its user is inactive.
    case userInactive = "user_inactive"
    /// The client is unknown or disabled, its secret is wrong, or it has sent none (RFC 6749 §5.2).
    case invalidClient = "invalid_client"
    /// The login is older than the operator allows for the address (RFC 9470).
    case insufficientAuthentication = "insufficient_user_authentication"
    /// The request came from a page of another site, which is not allowed; nothing was done.
    case crossSiteRequest = "cross_site_request"
    /// The user does not have the permission that the request needs; nothing was done.
    case permissionDenied = "permission_denied"
    /// The login is older than ten minutes, and the request needs a recent one.
    case freshLoginRequired = "fresh_login_required"
    /// The client does not have the right that the request needs.
    case accessDenied = "access_denied"
    /// Nothing is at the path, or `?format=` names an unknown format.
    case notFound = "not_found"
    /// The path does not support the method; `Allow` lists those that it does (RFC 9110 §15.5.6).
    case methodNotAllowed = "method_not_allowed"
    /// The server offers none of the formats that `Accept` asks for; nothing was done.
    case notAcceptable = "not_acceptable"
    /// The thing was changed after the client read it; the answer has its present value.
    case changedMeanwhile = "changed_meanwhile"
    /// Another one has the same name.
    case alreadyExists = "already_exists"
    /// No active superuser would be left; nothing was done.
    case lastSuperuser = "last_superuser"
    /// The author would deactivate, delete or demote the own account; nothing was done.
    case ownAccount = "own_account"
    /// Rows of an application refer to the account; nothing was done.
    case accountInUse = "account_in_use"
    /// Another program keeps groups and permissions; nothing was done.
    case keptElsewhere = "kept_elsewhere"
    /// The configuration of the server decides the value of the setting.
    case settingPinned = "setting_pinned"
    /// The body is larger than 64 KiB.
    case bodyTooLarge = "body_too_large"
    /// The server does not accept the `Content-Type` of the body.
    case unsupportedMediaType = "unsupported_media_type"
    /// The client has sent more requests than a rate limit allows; nothing was done. `Retry-After` says when to try
    /// again.
    case throttled = "throttled"
    /// The server failed because of a fault of its own.
    case internalError = "internal_error"
    /// The storage cannot be reached, or the server is overloaded; nothing was done. `Retry-After` says when to try
    /// again.
    case unavailable = "unavailable"

    /// The status code of the refusal.
    public var status: HTTPResponse.Status {
        switch self {
        case .malformedRequest, .invalidFields, .malformedBody, .invalidRefreshToken, .invalidIdempotencyKey,
            .reusedIdempotencyKey, .invalidLink, .alreadyVerified, .invalidRequest, .unsupportedTokenType:
            .badRequest
        case .invalidCredentials, .notAuthenticated, .unsupportedScheme, .tokenInvalid, .tokenExpired, .sessionEnded,
            .userInactive, .insufficientAuthentication, .invalidClient:
            .unauthorized
        case .crossSiteRequest, .permissionDenied, .freshLoginRequired, .accessDenied: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notAcceptable: .notAcceptable
        case .changedMeanwhile, .alreadyExists, .lastSuperuser, .ownAccount, .accountInUse, .keptElsewhere,
            .settingPinned:
            .conflict
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .throttled: .tooManyRequests
        case .internalError: .internalServerError
        case .unavailable: .serviceUnavailable
        }
    }

    /// A few words, constant for each code (RFC 9457 §3.1.3).
    public var title: String {
        switch self {
        case .malformedRequest: "Malformed request"
        case .invalidFields: "Invalid fields"
        case .malformedBody: "Malformed body"
        case .invalidRefreshToken: "Invalid refresh token"
        case .invalidIdempotencyKey: "Invalid Idempotency-Key"
        case .reusedIdempotencyKey: "Reused Idempotency-Key"
        case .invalidLink: "Invalid link"
        case .alreadyVerified: "Already verified"
        case .invalidRequest: "Invalid request"
        case .unsupportedTokenType: "Unsupported token type"
        case .invalidCredentials: "Invalid credentials"
        case .notAuthenticated: "Not authenticated"
        case .unsupportedScheme: "Unsupported scheme"
        case .tokenInvalid: "Invalid access token"
        case .tokenExpired: "Access token expired"
        case .sessionEnded: "Session ended"
        case .userInactive: "User inactive"
        case .invalidClient: "Invalid client"
        case .insufficientAuthentication: "Insufficient user authentication"
        case .crossSiteRequest: "Cross-site request"
        case .permissionDenied: "Permission denied"
        case .freshLoginRequired: "Fresh login required"
        case .accessDenied: "Access denied"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .notAcceptable: "Not acceptable"
        case .changedMeanwhile: "Changed meanwhile"
        case .alreadyExists: "Already exists"
        case .lastSuperuser: "Last superuser"
        case .ownAccount: "Own account"
        case .accountInUse: "Account in use"
        case .keptElsewhere: "Kept elsewhere"
        case .settingPinned: "Setting pinned"
        case .bodyTooLarge: "Body too large"
        case .unsupportedMediaType: "Unsupported media type"
        case .throttled: "Throttled"
        case .internalError: "Internal error"
        case .unavailable: "Unavailable"
        }
    }

    /// True if a bearer endpoint uses the code to refuse an access token or the lack of one (RFC 6750 §3.1).
    public var isBearer: Bool { Self.bearer.contains(self) }

    static let bearer: [ErrorCode] = [
        .notAuthenticated, .unsupportedScheme, .tokenInvalid, .tokenExpired, .sessionEnded, .userInactive,
    ]
}
