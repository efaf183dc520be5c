// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// Refusals of requests of clients, in the form of RFC 6749 §5.2.
extension Refusal {
    /// 400: the request of a client is malformed.
    /// - Parameter text: a sentence for people.
    static func invalidRequest(_ text: String) -> Refusal { Refusal(code: .invalidRequest, body: .oauth(text)) }

    /// 401, the same one for each reason.
    static let invalidClient = Refusal(
        code: .invalidClient, body: .oauth("The client is unknown or disabled, or its secret is wrong."),
        headers: [.wwwAuthenticate: #"Basic realm="clients""#])

    /// 403: the client lacks a right.
    static func accessDenied(_ right: ClientRight) -> Refusal {
        Refusal(code: .accessDenied, body: .oauth("The client does not have the right \(right.rawValue)."))
    }

    /// 400: the token cannot be revoked (RFC 7009 §2.2.1).
    static let unsupportedTokenType = Refusal(
        code: .unsupportedTokenType, body: .oauth("This token has no session that could end."))

    /// - Parameter error: the reason why the body of a client's request could not be read.
    init(toClient error: PayloadError) {
        switch error {
        case .unsupportedMediaType: self.init(error)
        case .malformedJSON(let reason), .malformedForm(let reason), .malformedMultipart(let reason):
            self = .invalidRequest("The body is malformed: \(reason).")
        }
    }
}
