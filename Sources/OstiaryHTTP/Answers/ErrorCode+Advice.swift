// SPDX-License-Identifier: Apache-2.0

extension ErrorCode {
    /// The reason for the refusal, with code in backticks.
    public var meaning: String {
        switch self {
        case .malformedRequest:
            "the path or a header is not ASCII, or the request does not have exactly one `Host` header"
        case .invalidFields: "fields are missing or wrong"
        case .malformedBody: "the body is not valid in the format that `Content-Type` names"
        case .invalidRefreshToken:
            "the refresh token is unknown, used or expired, its session has ended or its user is inactive"
        case .invalidIdempotencyKey: "the `Idempotency-Key` header is malformed or repeated; the token was not used up"
        case .reusedIdempotencyKey: "the `Idempotency-Key` was sent with the previous token; the token was not used up"
        case .invalidLink: "the link of a message, or its code, is unknown, used or expired, or for something else"
        case .alreadyVerified: "the address of the account is proven already; nothing was sent"
        case .invalidRequest:
            "a request of a client lacks a parameter or repeats one, its body is malformed, or it authenticates in two ways"
        case .unsupportedTokenType: "the access token is one of a Django service, which has no session that could end"
        case .invalidCredentials: "the login was refused; the cause is not disclosed"
        case .notAuthenticated: "the request has no `Authorization` header"
        case .unsupportedScheme: "the scheme of the `Authorization` header is not `Bearer`"
        case .tokenInvalid: "the access token is malformed, or was not issued by this server for this API"
        case .tokenExpired: "the access token has expired"
        case .sessionEnded: "the access token is valid, but its session has ended or its account was deleted"
        case .userInactive: "the access token is valid, but its user is inactive"
        case .invalidClient: "the client is unknown or disabled, its secret is wrong, or it has sent none"
        case .accessDenied: "the client does not have the right that the request needs"
        case .insufficientAuthentication:
            "the login is older than the operator of the application allows for this address"
        case .permissionDenied: "the user does not have the permission that the request needs; nothing was done"
        case .freshLoginRequired: "the login is more than 10 minutes old, and the request needs a recent one"
        case .crossSiteRequest: "the request came from a page of another site, which is not allowed; nothing was done"
        case .changedMeanwhile: "somebody else changed it after the client read it; the answer has its present value"
        case .alreadyExists: "there is another one with the same name"
        case .lastSuperuser: "no active superuser would be left; nothing was done"
        case .ownAccount: "nobody deactivates, deletes or demotes their own account; nothing was done"
        case .accountInUse: "other data of the application belongs to the account; nothing was done"
        case .keptElsewhere: "the Django service keeps groups and permissions; nothing was done"
        case .settingPinned: "the configuration of the server decides the value of the setting"
        case .notFound: "there is nothing at this path, or `?format=` names an unknown format"
        case .methodNotAllowed: "the path does not support this method"
        case .notAcceptable: "the server offers none of the formats that `Accept` asks for; nothing was done"
        case .bodyTooLarge: "the body is larger than 64 KiB"
        case .unsupportedMediaType:
            "the server does not accept the `Content-Type` of the body; `OPTIONS` lists the types that it accepts"
        case .throttled: "the client has sent more requests than a rate limit allows; nothing was done"
        case .internalError: "the server failed because of a fault of its own"
        case .unavailable: "the storage cannot be reached, or the server is overloaded; nothing was done"
        }
    }

    /// The remedy: an instruction for the client, with code in backticks.
    public var remedy: String {
        switch self {
        case .malformedRequest: "percent-encode the path, and send valid headers"
        case .invalidFields: "correct the fields that the messages name"
        case .malformedBody: "correct the syntax of the body"
        case .invalidRefreshToken: "log in again"
        case .invalidIdempotencyKey: "send 16–128 visible ASCII characters without a comma, once"
        case .reusedIdempotencyKey: "generate a new key for each token"
        case .invalidLink: "ask for a new message"
        case .alreadyVerified: "nothing; `GET /api/me/` tells it, too"
        case .invalidRequest: "correct the request as `error_description` says"
        case .unsupportedTokenType: "let it expire, or deactivate the account"
        case .invalidCredentials: "ask for the password again"
        case .notAuthenticated: "send `Authorization: Bearer` and an access token"
        case .unsupportedScheme: "send `Authorization: Bearer` and an access token"
        case .tokenInvalid: "refresh the tokens, or log in again"
        case .sessionEnded: "log in again"
        case .userInactive: "ask the operator"
        case .tokenExpired: "refresh the tokens"
        case .invalidClient:
            "send the id and the secret of the client as `Authorization: Basic`, or ask the operator for new ones"
        case .accessDenied: "ask the operator for a client with the right"
        case .insufficientAuthentication: "log in again, and send the request with the new token"
        case .permissionDenied: "ask an administrator for the permission"
        case .freshLoginRequired: "log in again, and send the request with the new token"
        case .crossSiteRequest: "allow the page's origin with `--cors-origin`"
        case .changedMeanwhile: "show the present value, and send the change again with it as `was`"
        case .alreadyExists: "choose another name"
        case .lastSuperuser: "make another user a superuser first"
        case .ownAccount: "ask another administrator"
        case .accountInUse: "deactivate the account, or delete that data first"
        case .keptElsewhere: "change groups and permissions in the Django service"
        case .settingPinned: "change the configuration, and restart the server"
        case .notFound: "use a path that `GET /api/` lists"
        case .methodNotAllowed: "use a method that `Allow` lists"
        case .notAcceptable: "accept `application/json`"
        case .bodyTooLarge: "send a smaller body"
        case .unsupportedMediaType: "send JSON"
        case .throttled: "wait `Retry-After` seconds and send the request again; repeat a refresh with the same key"
        case .internalError: "report the fault and include the `X-Request-ID`"
        case .unavailable: "wait `Retry-After` seconds and send the request again"
        }
    }
}
