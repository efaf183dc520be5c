// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// The stable code of a refusal, for programs. Each uniform answer has one; `docs/errors.md` and `GET /docs/errors/`
/// list all codes.
public enum ErrorCode: String, Sendable, CaseIterable {
    case malformedRequest = "malformed_request"
    case invalidFields = "invalid_fields"
    case malformedBody = "malformed_body"
    case invalidRefreshToken = "invalid_refresh_token"
    case invalidIdempotencyKey = "invalid_idempotency_key"
    case reusedIdempotencyKey = "reused_idempotency_key"
    case invalidLink = "invalid_link"
    case alreadyVerified = "already_verified"
    case invalidCredentials = "invalid_credentials"
    case notAuthenticated = "not_authenticated"
    case unsupportedScheme = "unsupported_scheme"
    case tokenInvalid = "token_invalid"
    case tokenExpired = "token_expired"
    case sessionEnded = "session_ended"
    case userInactive = "user_inactive"
    case crossSiteRequest = "cross_site_request"
    case permissionDenied = "permission_denied"
    case freshLoginRequired = "fresh_login_required"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case changedMeanwhile = "changed_meanwhile"
    case alreadyExists = "already_exists"
    case lastSuperuser = "last_superuser"
    case ownAccount = "own_account"
    case settingPinned = "setting_pinned"
    case bodyTooLarge = "body_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case throttled = "throttled"
    case internalError = "internal_error"
    case unavailable = "unavailable"

    /// The status code of the refusal.
    public var status: HTTPResponse.Status {
        switch self {
        case .malformedRequest, .invalidFields, .malformedBody, .invalidRefreshToken, .invalidIdempotencyKey,
            .reusedIdempotencyKey, .invalidLink, .alreadyVerified:
            .badRequest
        case .invalidCredentials, .notAuthenticated, .unsupportedScheme, .tokenInvalid, .tokenExpired, .sessionEnded,
            .userInactive:
            .unauthorized
        case .crossSiteRequest, .permissionDenied, .freshLoginRequired: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .notAcceptable: .notAcceptable
        case .changedMeanwhile, .alreadyExists, .lastSuperuser, .ownAccount, .settingPinned: .conflict
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
        case .invalidCredentials: "Invalid credentials"
        case .notAuthenticated: "Not authenticated"
        case .unsupportedScheme: "Unsupported scheme"
        case .tokenInvalid: "Invalid access token"
        case .tokenExpired: "Access token expired"
        case .sessionEnded: "Session ended"
        case .userInactive: "User inactive"
        case .crossSiteRequest: "Cross-site request"
        case .permissionDenied: "Permission denied"
        case .freshLoginRequired: "Fresh login required"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .notAcceptable: "Not acceptable"
        case .changedMeanwhile: "Changed meanwhile"
        case .alreadyExists: "Already exists"
        case .lastSuperuser: "Last superuser"
        case .ownAccount: "Own account"
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
