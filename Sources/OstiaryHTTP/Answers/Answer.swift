// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import OstiaryCore

/// What a handler says, not yet rendered.
public struct Answer: Sendable {
    public var status: HTTPResponse.Status
    /// A JSON document.
    public var json: [UInt8]
    public var headers: HTTPFields
    /// The same document in YAML, where the endpoint offers that.
    public var yaml: [UInt8]?

    /// - Parameter body: writes the document.
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
    /// 204: done, and nothing to say.
    public static var nothing: Answer { Answer(status: .noContent) { _ in } }
}

enum AnswerHeaders {
    /// Where pages of some other origins may read answers.
    static let varyByOrigin = "Accept, Origin"

    /// What every answer carries. Whatever this server says concerns credentials, so nothing of it is stored.
    /// - Parameters:
    ///   - allow: the methods of the resource; empty where there is none (RFC 9110 §10.2.1).
    ///   - vary: what the answer depends on beside the target.
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
