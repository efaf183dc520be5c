// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension ErrorCode {
    /// An example of a refusal as the server writes it.
    /// - Parameter field: the name of the field that is wrong in the example.
    func sample(field: String) -> Refusal {
        switch self {
        case .malformedRequest: .malformedHost
        case .invalidFields: .field(field, code: "required", "This field is required.")
        case .malformedBody: Refusal(.malformedJSON(reason: "Unexpected end at byte 17"))
        case .invalidRefreshToken: .invalidRefreshToken
        case .invalidIdempotencyKey: .invalidIdempotencyKey
        case .reusedIdempotencyKey: .reusedIdempotencyKey
        case .invalidLink: .invalidLink
        case .alreadyVerified: .alreadyVerified
        case .invalidRequest: .invalidRequest("token is missing.")
        case .unsupportedTokenType: .unsupportedTokenType
        case .invalidClient: .invalidClient
        case .accessDenied: .accessDenied(.introspect)
        case .invalidCredentials: .invalidCredentials
        case .notAuthenticated: .bearer(.missing)
        case .unsupportedScheme: .bearer(.otherScheme)
        case .tokenInvalid: .bearer(.token(.malformed))
        case .tokenExpired: .bearer(.token(.expired))
        case .sessionEnded: .bearer(.token(.sessionEnded))
        case .userInactive: .bearer(.token(.userInactive))
        case .insufficientAuthentication: .insufficientAuthentication(maximumAge: 600)
        case .crossSiteRequest: .crossSite
        case .permissionDenied: .permissionDenied
        case .freshLoginRequired: .freshLoginRequired
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed(.get)
        case .notAcceptable: .notAcceptable
        case .changedMeanwhile: .changedMeanwhile(value: 600, author: "user:42")
        case .alreadyExists: .alreadyExists(field)
        case .lastSuperuser: .lastSuperuser
        case .ownAccount: .ownAccount
        case .accountInUse: .accountInUse
        case .keptElsewhere: .keptElsewhere
        case .settingPinned: .settingPinned
        case .bodyTooLarge: .bodyTooLarge
        case .unsupportedMediaType: Refusal(.unsupportedMediaType("text/plain"))
        case .throttled: .throttled(retryAfter: 6)
        case .internalError: .internalError
        case .unavailable: .unavailable(retryAfter: 1)
        }
    }
}

extension Refusal.Body {
    /// The name of the document's schema.
    var schemaName: String {
        switch self {
        case .detail: "Detail"
        case .error: "Error"
        case .fields: "FieldErrors"
        case .changed: "Changed"
        case .oauth: "OAuthError"
        }
    }
}
