// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import HTTPTypes

extension OstiaryClient {
    /// The answer to a request.
    public struct Answer: Sendable {
        /// The status code.
        public var status: Int
        /// The body.
        public var body: [UInt8]
        /// Few answers are asked for their header fields.
        private let fields: @Sendable () -> [(name: String, value: String)]

        /// - Parameters:
        ///   - status: the status code.
        ///   - headers: the header fields.
        ///   - body: the body.
        public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
            self.init(status: status, fields: { headers }, body: body)
        }

        /// - Parameter fields: gives the header fields.
        init(status: Int, fields: @escaping @Sendable () -> [(name: String, value: String)], body: [UInt8]) {
            self.status = status
            self.fields = fields
            self.body = body
        }

        /// The header fields in the order in which they came. They are made anew by each read.
        public var headers: [(name: String, value: String)] { fields() }

        /// The header fields, without those whose names are none. They are made anew by each read.
        public var headerFields: HTTPFields {
            var fields = HTTPFields()
            for (name, value) in headers {
                guard let name = HTTPField.Name(name) else { continue }
                fields.append(HTTPField(name: name, value: value))
            }
            return fields
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

        /// The refusal, as the server told it; nil for a status below 400.
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
