// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
public import HTTPTypes

extension OstiaryClient {
    /// A request to the server of a client. It names no host, so a token goes to that server only.
    public struct Request: Sendable {
        /// The method.
        public var method: HTTPRequest.Method
        /// The path on the server and the query, percent-encoded: `/api/sessions/?after=…`.
        public var path: String
        /// Header fields beside those that the client adds.
        public var headerFields: HTTPFields
        /// The body; empty for none.
        public var body: [UInt8]

        /// - Parameters:
        ///   - method: the method.
        ///   - path: the path on the server and the query, percent-encoded.
        ///   - headerFields: header fields beside those that the client adds.
        ///   - body: the body; empty for none.
        public init(
            _ method: HTTPRequest.Method, _ path: String, headerFields: HTTPFields = HTTPFields(), body: [UInt8] = []
        ) {
            self.method = method
            self.path = path
            self.headerFields = headerFields
            self.body = body
        }

        /// A request with a JSON body.
        /// - Parameters:
        ///   - method: the method.
        ///   - path: the path on the server and the query, percent-encoded.
        ///   - json: the value of the body.
        /// - Throws: `EncodingError`.
        public init(_ method: HTTPRequest.Method, _ path: String, json: some Encodable) throws {
            self.init(
                method, path, headerFields: [.contentType: "application/json"],
                body: Array(try JSONEncoder().encode(json)))
        }

        /// - Throws: ``ClientError/invalidRequest(_:)`` if the path could mean another server or a second request.
        func check() throws {
            guard path.utf8.first == UInt8(ascii: "/"), path.isVisibleASCII, !path.utf8.contains(UInt8(ascii: "#"))
            else { throw ClientError.invalidRequest("a path begins with a slash and is percent-encoded") }
        }
    }
}

extension OstiaryClient.Request {
    /// A `GET` request.
    /// - Parameter path: the path on the server and the query, percent-encoded.
    public static func get(_ path: String) -> Self { Self(.get, path) }

    /// A `DELETE` request without a body.
    /// - Parameter path: the path on the server and the query, percent-encoded.
    public static func delete(_ path: String) -> Self { Self(.delete, path) }

    /// A `POST` request with a JSON body.
    /// - Parameters:
    ///   - path: the path on the server and the query, percent-encoded.
    ///   - json: the value of the body.
    /// - Throws: `EncodingError`.
    public static func post(_ path: String, json: some Encodable) throws -> Self { try Self(.post, path, json: json) }

    /// A `PUT` request with a JSON body.
    /// - Parameters:
    ///   - path: the path on the server and the query, percent-encoded.
    ///   - json: the value of the body.
    /// - Throws: `EncodingError`.
    public static func put(_ path: String, json: some Encodable) throws -> Self { try Self(.put, path, json: json) }

    /// A `DELETE` request with a JSON body.
    /// - Parameters:
    ///   - path: the path on the server and the query, percent-encoded.
    ///   - json: the value of the body.
    /// - Throws: `EncodingError`.
    public static func delete(_ path: String, json: some Encodable) throws -> Self {
        try Self(.delete, path, json: json)
    }
}

extension String {
    /// True if the text has no space, no control character and nothing but ASCII.
    var isVisibleASCII: Bool { utf8.allSatisfy { (0x21...0x7E).contains($0) } }
}
