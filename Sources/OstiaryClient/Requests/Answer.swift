// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import HTTPTypes

extension OstiaryClient {
    /// The answer to a request.
    public struct Answer: Sendable {
        /// The status code.
        public var status: Int
        /// The header fields.
        public var headerFields: HTTPFields
        /// The body.
        public var body: [UInt8]

        /// - Parameters:
        ///   - status: the status code.
        ///   - headerFields: the header fields.
        ///   - body: the body.
        public init(status: Int, headerFields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
            self.status = status
            self.headerFields = headerFields
            self.body = body
        }

        /// The body as text.
        public var text: String { String(decoding: body, as: UTF8.self) }

        /// Reads a JSON body.
        /// - Parameter type: the type of the value.
        /// - Throws: ``ClientError/unexpectedAnswer(status:)`` if the body is no such value.
        public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            do {
                return try JSONDecoder().decode(type, from: Data(body))
            } catch {
                throw ClientError.unexpectedAnswer(status: status)
            }
        }

        /// What the server told about its refusal; nil for a status below 400.
        public var refusal: ServerRefusal? { status < 400 ? nil : ServerRefusal(self) }

        /// The answer itself, if it is no refusal.
        /// - Throws: ``ClientError/freshLoginRequired(_:)``, ``ClientError/refused(_:)``, or
        ///   ``ClientError/unexpectedAnswer(status:)`` for a status outside of 200…299 that is no refusal.
        @discardableResult
        public func checked() throws -> Answer {
            if (200..<300).contains(status) { return self }
            guard let refusal else { throw ClientError.unexpectedAnswer(status: status) }
            throw refusal.code == .freshLoginRequired
                ? ClientError.freshLoginRequired(refusal) : ClientError.refused(refusal)
        }

        /// The seconds of `Retry-After`; nil without one, and for one that is a date.
        var retryAfter: Int? { headerFields[.retryAfter].flatMap(Int.init).flatMap { $0 < 0 ? nil : $0 } }

        /// True if another access token may be taken where this one was not. A code that is not about tokens means
        /// something else; without a code only the status tells.
        var refusesToken: Bool {
            guard status == 401 else { return false }
            let refusal = ServerRefusal(self)
            return refusal.codeText == nil || refusal.code.map(RefusalCode.ofTokens.contains) == true
        }
    }
}
