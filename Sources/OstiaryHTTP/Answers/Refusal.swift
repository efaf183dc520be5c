// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
public import OstiaryCore

/// An answer that refuses a request. A handler throws it.
public struct Refusal: Error {
    enum Body: Sendable {
        /// A document `{"detail":"…"}`.
        case detail(String)
        /// A document `{"error":"…"}`, for refusals whose text existing clients compare.
        case error(String)
        /// A document `{"field":["…"]}`, in the order of the fields.
        case fields([(field: String, messages: [FieldMessage])])
        /// A document with a sentence, the present value, and the author of the change; nil for an unknown one.
        case changed(detail: String, value: JSONValue, author: String?)
        /// A document `{"error":"…","error_description":"…"}` with the code of the refusal (RFC 6749 §5.2).
        case oauth(String)
    }

    /// The code of the refusal, which decides its status.
    public internal(set) var code: ErrorCode
    var body: Body
    var headers: HTTPFields = [:]
    /// A sentence for problem documents that says more than the contract's text.
    var explanation: String?

    var status: HTTPResponse.Status { code.status }
}

/// A message about one field.
public struct FieldMessage: Sendable, Equatable {
    /// Django's code for the kind of error; programs compare it.
    public var code: String
    /// The text of the message, for the contract's documents.
    public var text: String
    /// A text for people, if the contract's text tells them too little; nil to use ``text``.
    public var explanation: String?

    /// - Parameters:
    ///   - code: Django's code for the kind of error; programs compare it.
    ///   - text: the text of the message, for the contract's documents.
    ///   - explanation: a text for people, if `text` tells them too little; nil to use `text`.
    public init(code: String, text: String, explanation: String? = nil) {
        self.code = code
        self.text = text
        self.explanation = explanation
    }
}

extension FieldMessage {
    /// The text contains a class name of the Django service that came before; existing clients compare the text.
    static let emailTaken = FieldMessage(
        code: "unique", text: "custom user with this email already exists.",
        explanation: "An account with this e-mail address exists already."
    )
    static let emailInvalid = FieldMessage(
        code: "invalid", text: "Enter a valid email address.",
        explanation: """
            Enter an e-mail address such as name@example.com, in ASCII; write a domain with other letters in its \
            xn--… form.
            """
    )
}

extension Int {
    /// A number of seconds in words: `1 second`, `2 seconds`.
    public var inSeconds: String { "\(self) \(self == 1 ? "second" : "seconds")" }
}

extension String {
    /// A message of the contract, or its explanation for people if there is one.
    public var forPeople: String {
        [FieldMessage.emailTaken, .emailInvalid].first { hasSameBytes(as: $0.text) }?.explanation ?? self
    }
}

extension Refusal {
    /// 404: there is nothing at the path.
    public static let notFound = Refusal(code: .notFound, body: .detail("Not found."))
    /// - Parameter nearest: the path of an endpoint with the most similar spelling; nil if none is similar.
    static func notFound(nearest: String?) -> Refusal {
        guard let nearest else { return notFound }
        return Refusal(
            code: .notFound, body: .detail("Not found."), headers: [.link: "<\(nearest)>; rel=\"related\""],
            explanation: "There is nothing at this path. Did you mean \(nearest)?"
        )
    }
    static let notAcceptable = Refusal(
        code: .notAcceptable,
        body: .detail("Could not satisfy the request Accept header.")
    )
    static let bodyTooLarge = Refusal(
        code: .bodyTooLarge, body: .detail("Request body is too large.")
    )
    /// - Parameter reason: a sentence about the fault.
    static func malformedRequest(_ reason: String) -> Refusal {
        Refusal(code: .malformedRequest, body: .detail("Malformed request. \(reason)"))
    }

    static let malformedHost = Refusal.malformedRequest("A request has one Host header, which names a host.")

    /// 403: the user lacks the permission that the operation demands.
    public static let permissionDenied = Refusal(
        code: .permissionDenied, body: .detail("You do not have permission to perform this action."))

    /// 403: the user must not do this, with the reason.
    /// - Parameter text: a sentence for people.
    public static func permissionDenied(_ text: String) -> Refusal {
        Refusal(code: .permissionDenied, body: .detail(text))
    }

    /// 403: the login is too old for this request.
    public static let freshLoginRequired = Refusal(
        code: .freshLoginRequired, body: .detail("Log in again: this request needs a recent login."))

    /// 409: the value is not the one that the client saw.
    /// - Parameters:
    ///   - value: the present value.
    ///   - author: the author of the change, such as `user:42`; nil if nobody knows.
    public static func changedMeanwhile(value: JSONValue, author: String?) -> Refusal {
        Refusal(
            code: .changedMeanwhile,
            body: .changed(detail: "The value was changed meanwhile.", value: value, author: author))
    }

    /// 409: no active superuser would be left.
    public static let lastSuperuser = Refusal(
        code: .lastSuperuser, body: .detail("This is the last active superuser. Make another user a superuser first."))

    /// 409: the request would take away the user's own access.
    public static let ownAccount = Refusal(
        code: .ownAccount, body: .detail("You cannot deactivate, delete or demote your own account."))

    /// 409: rows of an application refer to the account. The answer does not name its tables.
    public static let accountInUse = Refusal(
        code: .accountInUse,
        body: .detail("Other data of the application belongs to this account. Deactivate it instead."))

    /// 409: groups and permissions are those of a Django service.
    public static let keptElsewhere = Refusal(
        code: .keptElsewhere, body: .detail(AdministrationRefusal.keptElsewhere.description))

    /// 409: the configuration decides the value.
    public static let settingPinned = Refusal(
        code: .settingPinned, body: .detail("The configuration of the server pins this setting."))

    /// 409: a field has the value of another entry.
    /// - Parameters:
    ///   - field: the name of the field.
    ///   - text: the message for people.
    public static func alreadyExists(_ field: String, _ text: String = "There is another one of this name.") -> Refusal
    {
        Refusal(code: .alreadyExists, body: .fields([(field, [FieldMessage(code: "unique", text: text)])]))
    }

    static let crossSite = Refusal(
        code: .crossSiteRequest,
        body: .detail("A page of another site sent this request; --cors-origin names those that may.")
    )

    /// 415 with `Accept-Encoding`, which lists the accepted codings (RFC 9110 §12.5.3).
    static func unsupportedEncoding(_ encoding: String) -> Refusal {
        Refusal(
            code: .unsupportedMediaType,
            body: .detail("Unsupported content encoding \"\(encoding)\" in request: send the body as it is."),
            headers: [.acceptEncoding: "identity"]
        )
    }

    static let invalidCredentials = Refusal(
        code: .invalidCredentials, body: .error("Invalid credentials")
    )
    static let invalidRefreshToken = Refusal(
        code: .invalidRefreshToken, body: .error("Invalid refresh token")
    )
    static let invalidIdempotencyKey = Refusal(
        code: .invalidIdempotencyKey, body: .detail("Invalid Idempotency-Key header.")
    )
    static let reusedIdempotencyKey = Refusal(
        code: .reusedIdempotencyKey,
        body: .detail("This Idempotency-Key belongs to the token before; draw a new one for each token.")
    )
    static let internalError = Refusal(
        code: .internalError, body: .detail("Internal server error.")
    )

    static func methodNotAllowed(_ method: HTTPRequest.Method) -> Refusal {
        Refusal(
            code: .methodNotAllowed,
            body: .detail("Method \"\(method.rawValue)\" not allowed.")
        )
    }

    /// - Parameter seconds: the value of `Retry-After`.
    static func unavailable(retryAfter seconds: Int) -> Refusal {
        Refusal(
            code: .unavailable, body: .detail("Service temporarily unavailable."),
            headers: [.retryAfter: String(seconds)]
        )
    }

    /// - Parameter seconds: the time until the budget allows the request, for `Retry-After`.
    static func throttled(retryAfter seconds: Int) -> Refusal {
        Refusal(
            code: .throttled,
            body: .detail("Request was throttled. Expected available in \(seconds.inSeconds)."),
            headers: [.retryAfter: String(seconds)]
        )
    }

    static func fields(_ fields: [(field: String, messages: [FieldMessage])]) -> Refusal {
        Refusal(code: .invalidFields, body: .fields(fields))
    }

    /// 400: one field is wrong.
    /// - Parameters:
    ///   - field: the name of the field.
    ///   - code: the kind of error; programs compare it.
    ///   - text: the message for people.
    public static func field(_ field: String, code: String, _ text: String) -> Refusal {
        .fields([(field, [FieldMessage(code: code, text: text)])])
    }

    init(_ error: PayloadError) {
        switch error {
        case .unsupportedMediaType(let type):
            self.init(
                code: .unsupportedMediaType,
                body: .detail("Unsupported media type \"\(type)\" in request.")
            )
        case .malformedJSON(let reason):
            self.init(code: .malformedBody, body: .detail("JSON parse error - \(reason)"))
        case .malformedForm(let reason):
            self.init(code: .malformedBody, body: .detail("Form parse error - \(reason)"))
        case .malformedMultipart(let reason):
            self.init(
                code: .malformedBody, body: .detail("Multipart form parse error - \(reason)")
            )
        }
    }

    /// The contract's text for every token that has a valid signature but is not accepted.
    private static let refusedDetail = "Invalid credentials"

    /// The refusals of bearer authentication (RFC 6750 §3).
    static func bearer(_ error: BearerError) -> Refusal {
        let (code, detail, explanation): (ErrorCode, String, String?) =
            switch error {
            case .missing: (.notAuthenticated, "Authentication credentials were not provided.", nil)
            case .otherScheme: (.unsupportedScheme, "Invalid token prefix", nil)
            case .token(.malformed): (.tokenInvalid, "Invalid token", nil)
            case .token(.expired): (.tokenExpired, "Token expired", nil)
            case .token(.refused): (.tokenInvalid, refusedDetail, "The access token was not made for this API.")
            case .token(.sessionEnded): (.sessionEnded, refusedDetail, "The session of this access token has ended.")
            case .token(.userInactive): (.userInactive, refusedDetail, "The user of this access token is inactive.")
            }
        let challenge = error.sentToken ? #"Bearer realm="api", error="invalid_token""# : #"Bearer realm="api""#
        return Refusal(
            code: code, body: .detail(detail), headers: [.wwwAuthenticate: challenge], explanation: explanation
        )
    }
}
