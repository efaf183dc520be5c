// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import OstiaryCore

/// The answer of a handler before it is rendered.
public struct Answer: Sendable {
    /// The status code.
    public var status: HTTPResponse.Status
    /// The JSON document, in UTF-8; the JWT of an endpoint that offers that alone.
    public var json: [UInt8]
    /// The header fields of this answer, in addition to those of every answer.
    public var headers: HTTPFields
    /// The document in YAML, for endpoints that offer it; nil for all others.
    public var yaml: [UInt8]?

    /// - Parameters:
    ///   - status: the status code.
    ///   - headers: the header fields of this answer, in addition to those of every answer.
    ///   - body: writes the JSON document.
    public init(
        status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], _ body: (inout JSONWriter) -> Void
    ) {
        var writer = JSONWriter()
        body(&writer)
        self.status = status
        self.json = writer.bytes
        self.headers = headers
    }
}

extension Answer {
    /// - Parameters:
    ///   - value: the JSON document, such as `["text": "Hello."]`.
    ///   - status: the status code.
    public init(_ value: JSONValue, status: HTTPResponse.Status = .ok) { self.init(status: status) { $0.write(value) } }

    /// 204: the request was served, and the answer has no document.
    public static var nothing: Answer { Answer(status: .noContent) { _ in } }
}

enum AnswerHeaders {
    /// The value of `Vary` if pages of other origins may read answers.
    static let varyByOrigin = "Accept, Origin"

    /// The header fields of every answer. Answers concern credentials, so they must not be stored.
    /// - Parameters:
    ///   - allow: the methods of the resource; empty if there is no resource (RFC 9110 §10.2.1).
    ///   - vary: the value of `Vary`: the request headers on which answers depend.
    static func common(allow: String, vary: String = "Accept") -> HTTPFields {
        [
            .vary: vary,
            .allow: allow,
            .cacheControl: "no-store",
            .xContentTypeOptions: "nosniff",
            .xFrameOptions: "DENY",
            .referrerPolicy: "same-origin",
            .crossOriginOpenerPolicy: "same-origin",
        ]
    }
}

// swift-format-ignore: NeverForceUnwrap
extension HTTPField.Name {
    static let xFrameOptions = HTTPField.Name("X-Frame-Options")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let xRequestID = HTTPField.Name("X-Request-ID")!
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let link = HTTPField.Name("Link")!
    static let forwarded = HTTPField.Name("Forwarded")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
