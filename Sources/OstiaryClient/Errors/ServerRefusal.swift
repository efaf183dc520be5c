// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import HTTPTypes

/// The refusal of a server, as it told it (RFC 9457).
public struct ServerRefusal: Sendable, Equatable {
    /// The message about one field of a body.
    public struct Field: Sendable, Equatable {
        /// The name of the field.
        public var name: String
        /// The code of the message, such as `required`.
        public var code: String
        /// The message, for people.
        public var message: String
    }

    /// The status code.
    public var status: Int
    /// The code; nil if there is none, or if this library does not know it.
    public var code: RefusalCode?
    /// The code as the server wrote it, for those that this library does not know; nil if there is none.
    public var codeText: String?
    /// A sentence for people; nil if there is none.
    public var detail: String?
    /// The messages about fields, by the names of these.
    public var fields: [Field]
    /// The seconds after which the same request may be sent again; nil if the server does not tell.
    public var retryAfter: Int?
    /// The id of the request, for questions to the operator; nil if there is none.
    public var requestID: String?

    init(_ answer: OstiaryClient.Answer) {
        let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body))
        status = answer.status
        codeText = problem?.code
        code = codeText.flatMap(RefusalCode.init)
        detail = problem?.detail ?? problem?.error
        fields = (problem?.errors ?? [:]).sorted { $0.key < $1.key }.flatMap { name, messages in
            messages.map { Field(name: name, code: $0.code, message: $0.message) }
        }
        retryAfter = answer.retryAfter
        requestID = Self.requestIDName.flatMap { answer.headerFields[$0] }
    }

    private static let requestIDName = HTTPField.Name("X-Request-ID")

    private struct Problem: Decodable {
        struct Message: Decodable {
            var code, message: String
        }

        var code, detail, error: String?
        var errors: [String: [Message]]?
    }
}

extension ServerRefusal: CustomStringConvertible {
    /// Status, code, and the fields with their codes.
    public var description: String {
        let named = fields.map { "\($0.name): \($0.code)" }.joined(separator: ", ")
        let parts = ["\(status)", codeText?.prefix(64).filter(\.isASCII), named.isEmpty ? nil : "(\(named))"]
        return parts.compactMap { $0 }.joined(separator: " ")
    }
}
