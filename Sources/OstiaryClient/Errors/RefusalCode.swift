// SPDX-License-Identifier: Apache-2.0

/// The code of a refusal, as the server's `GET /docs/errors/` lists them.
public enum RefusalCode: String, Sendable, CaseIterable {
    /// The path or a header is not ASCII, or the request does not have exactly one `Host` header.
    case malformedRequest = "malformed_request"
    /// Fields are missing or wrong.
    case invalidFields = "invalid_fields"
    /// The body is not valid in the format that `Content-Type` names.
    case malformedBody = "malformed_body"
    /// The refresh token is unknown, used or expired, its session has ended or its user is inactive.
    case invalidRefreshToken = "invalid_refresh_token"
    /// The `Idempotency-Key` header is malformed or repeated; the token was not used up.
    case invalidIdempotencyKey = "invalid_idempotency_key"
    /// The `Idempotency-Key` was sent with the previous token; the token was not used up.
    case reusedIdempotencyKey = "reused_idempotency_key"
    /// The link of a message, or its code, is unknown, used or expired, or for something else.
    case invalidLink = "invalid_link"
    /// The address of the account is proven already; nothing was sent.
    case alreadyVerified = "already_verified"
    /// A request of a client lacks a parameter or repeats one, its body is malformed, or it authenticates in two ways.
    case invalidRequest = "invalid_request"
    /// The access token is one of a Django service, which has no session that could end.
    case unsupportedTokenType = "unsupported_token_type"
    /// The login was refused; the cause is not disclosed.
    case invalidCredentials = "invalid_credentials"
    /// The request has no `Authorization` header.
    case notAuthenticated = "not_authenticated"
    /// The scheme of the `Authorization` header is not `Bearer`.
    case unsupportedScheme = "unsupported_scheme"
    /// The access token is malformed, or was not issued by this server for this API.
    case tokenInvalid = "token_invalid"
    /// The access token has expired.
    case tokenExpired = "token_expired"
    /// The access token is valid, but its session has ended or its account was deleted.
    case sessionEnded = "session_ended"
    /// The access token is valid, but its user is inactive.
    case userInactive = "user_inactive"
    /// The login is older than the operator of the application allows for this address.
    case insufficientAuthentication = "insufficient_user_authentication"
    /// The client is unknown or disabled, its secret is wrong, or it has sent none.
    case invalidClient = "invalid_client"
    /// The request came from a page of another site, which is not allowed; nothing was done.
    case crossSiteRequest = "cross_site_request"
    /// The user does not have the permission that the request needs; nothing was done.
    case permissionDenied = "permission_denied"
    /// The login is more than 10 minutes old, and the request needs a recent one.
    case freshLoginRequired = "fresh_login_required"
    /// The client does not have the right that the request needs.
    case accessDenied = "access_denied"
    /// There is nothing at this path, or `?format=` names an unknown format.
    case notFound = "not_found"
    /// The path does not support this method.
    case methodNotAllowed = "method_not_allowed"
    /// The server offers none of the formats that `Accept` asks for; nothing was done.
    case notAcceptable = "not_acceptable"
    /// Somebody else changed it after the client read it; the answer has its present value.
    case changedMeanwhile = "changed_meanwhile"
    /// There is another one with the same name.
    case alreadyExists = "already_exists"
    /// No active superuser would be left; nothing was done.
    case lastSuperuser = "last_superuser"
    /// Nobody deactivates, deletes or demotes their own account; nothing was done.
    case ownAccount = "own_account"
    /// Other data of the application belongs to the account; nothing was done.
    case accountInUse = "account_in_use"
    /// The Django service keeps groups and permissions; nothing was done.
    case keptElsewhere = "kept_elsewhere"
    /// The configuration of the server decides the value of the setting.
    case settingPinned = "setting_pinned"
    /// The body is larger than 64 KiB.
    case bodyTooLarge = "body_too_large"
    /// The server does not accept the `Content-Type` of the body; `OPTIONS` lists the types that it accepts.
    case unsupportedMediaType = "unsupported_media_type"
    /// The client has sent more requests than a rate limit allows; nothing was done.
    case throttled = "throttled"
    /// The server failed because of a fault of its own.
    case internalError = "internal_error"
    /// The storage cannot be reached, or the server is overloaded; nothing was done.
    case unavailable = "unavailable"

    /// Codes with which an access token is refused; the tokens are refreshed then. If the session has ended, the answer to
    /// that tells so for certain.
    static let ofTokens: Set<RefusalCode> = [.tokenInvalid, .tokenExpired, .sessionEnded, .userInactive]
}
