import HTTPTypes
import OstiaryCore

/// A request that is not served, and what the client is told: one value for each row of the contract.
struct Refusal: Error {
    enum Body: Sendable {
        /// `{"detail":"…"}`
        case detail(String)
        /// `{"error":"…"}`, where existing clients compare it.
        case error(String)
        /// `{"field":["…"]}`, in field order.
        case fields([(field: String, messages: [FieldMessage])])
    }

    var status: HTTPResponse.Status
    /// Stable, one for each uniform answer; docs/errors.md lists them.
    var code: String
    var body: Body
    var headers: HTTPFields = [:]
}

/// A message about one field, with Django's code for its kind.
struct FieldMessage: Sendable, Equatable {
    var code: String
    var text: String
}

extension Refusal {
    static let notFound = Refusal(status: .notFound, code: "not_found", body: .detail("Not found."))
    static let notAcceptable = Refusal(
        status: .notAcceptable, code: "not_acceptable",
        body: .detail("Could not satisfy the request Accept header.")
    )
    static let bodyTooLarge = Refusal(
        status: .contentTooLarge, code: "body_too_large", body: .detail("Request body is too large.")
    )
    static let invalidCredentials = Refusal(
        status: .unauthorized, code: "invalid_credentials", body: .error("Invalid credentials")
    )
    static let invalidRefreshToken = Refusal(
        status: .badRequest, code: "invalid_refresh_token", body: .error("Invalid refresh token")
    )
    static let invalidIdempotencyKey = Refusal(
        status: .badRequest, code: "invalid_idempotency_key", body: .detail("Invalid Idempotency-Key header.")
    )
    static let reusedIdempotencyKey = Refusal(
        status: .badRequest, code: "reused_idempotency_key",
        body: .detail("This Idempotency-Key belongs to the token before; draw a new one for each token.")
    )
    static let internalError = Refusal(
        status: .internalServerError, code: "internal_error", body: .detail("Internal server error.")
    )

    static func methodNotAllowed(_ method: HTTPRequest.Method) -> Refusal {
        Refusal(
            status: .methodNotAllowed, code: "method_not_allowed",
            body: .detail("Method \"\(method.rawValue)\" not allowed.")
        )
    }

    /// - Parameter seconds: when a retry makes sense.
    static func unavailable(retryAfter seconds: Int) -> Refusal {
        Refusal(
            status: .serviceUnavailable, code: "unavailable", body: .detail("Service temporarily unavailable."),
            headers: [.retryAfter: String(seconds)]
        )
    }

    /// - Parameter seconds: when the same request would be served.
    static func throttled(retryAfter seconds: Int) -> Refusal {
        Refusal(
            status: .tooManyRequests, code: "throttled",
            body: .detail(
                "Request was throttled. Expected available in \(seconds) second\(seconds == 1 ? "" : "s")."
            ),
            headers: [.retryAfter: String(seconds)]
        )
    }

    static func fields(_ fields: [(field: String, messages: [FieldMessage])]) -> Refusal {
        Refusal(status: .badRequest, code: "invalid_fields", body: .fields(fields))
    }

    static func field(_ field: String, code: String, _ text: String) -> Refusal {
        .fields([(field, [FieldMessage(code: code, text: text)])])
    }

    init(_ error: PayloadError) {
        switch error {
        case .unsupportedMediaType(let type):
            self.init(
                status: .unsupportedMediaType, code: "unsupported_media_type",
                body: .detail("Unsupported media type \"\(type)\" in request.")
            )
        case .malformedJSON(let reason):
            self.init(status: .badRequest, code: "malformed_body", body: .detail("JSON parse error - \(reason)"))
        case .malformedMultipart(let reason):
            self.init(
                status: .badRequest, code: "malformed_body", body: .detail("Multipart form parse error - \(reason)")
            )
        }
    }

    /// The refusals of bearer authentication (RFC 6750 §3).
    static func bearer(_ error: BearerError) -> Refusal {
        let reason =
            switch error {
            case .missing: (code: "not_authenticated", detail: "Authentication credentials were not provided.")
            case .otherScheme: (code: "unsupported_scheme", detail: "Invalid token prefix")
            case .token(.malformed): (code: "invalid_token", detail: "Invalid token")
            case .token(.expired): (code: "token_expired", detail: "Token expired")
            case .token(.refused): (code: "token_refused", detail: "Invalid credentials")
            }
        let challenge = error.sentToken ? #"Bearer realm="api", error="invalid_token""# : #"Bearer realm="api""#
        return Refusal(
            status: .unauthorized, code: reason.code, body: .detail(reason.detail),
            headers: [.wwwAuthenticate: challenge]
        )
    }
}
