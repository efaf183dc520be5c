// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import OstiaryCore

/// One method of one path, with everything that documentation needs but without a handler. `OPTIONS`, the description
/// of the API and the pages are made from these values, and an ``Endpoint`` adds the handler, so they cannot disagree.
@dynamicMemberLookup
public struct APIOperation: Sendable {
    /// The proof that a caller must show.
    public enum Security: Sendable, Equatable {
        /// An access token (RFC 6750), which must meet the demand.
        case bearer(Demand)
        /// The id and the secret of a client that has the right (RFC 6749 §2.3.1).
        case client(ClientRight)
        /// No proof.
        case `public`

        /// An access token without a further demand (RFC 6750).
        public static let bearer = Security.bearer(Demand())

        /// True if a caller must show an access token.
        public var needsToken: Bool { if case .bearer = self { true } else { false } }

        /// The right that a client must have; nil if no client is asked for.
        public var right: ClientRight? { if case .client(let right) = self { right } else { nil } }
    }

    /// The method of the request. `GET` serves `HEAD` too.
    public let method: HTTPRequest.Method
    /// The path with its trailing slash; requests without the slash are served too. One of its last two
    /// parts may be `{id}`, which stands for any text of at most 64 bytes; a path without `{id}` goes first.
    public let path: String
    /// The name of the path; all operations of one path have the same name.
    public let name: String
    /// The name that a client gives to a function for this operation, in camel case: `operationId` of the description.
    public let operationID: String
    /// The proof that a caller must show.
    public let security: Security
    /// The documentation of the operation. Its members are members of the operation too.
    public let about: About
    /// The formats of the body that the server reads; empty if it reads no body.
    public let parsers: [BodyFormat]
    /// The formats that the answer is offered in.
    public let renderers: [Renderer]

    /// - Parameters:
    ///   - method: the method of the request.
    ///   - path: the path with its trailing slash; one of its last two parts may be `{id}`.
    ///   - name: the name of the path; all operations of one path have the same name.
    ///   - operationID: the name of a client's function, in camel case and unique among all operations; nil to make it
    ///     from method and name: `getMe`, `listSessions` for an array, `updateMe`, `deleteMe`, and for `POST` the name
    ///     alone.
    ///   - security: the proof that a caller must show.
    ///   - about: the documentation of the operation.
    ///   - parsers: the formats of the body that the server reads; empty to read no body.
    ///   - renderers: the formats that the answer is offered in.
    public init(
        _ method: HTTPRequest.Method, _ path: String, name: String, operationID: String? = nil,
        security: Security = .bearer,
        about: About = About(), parsers: [BodyFormat] = BodyFormat.allCases, renderers: [Renderer] = Renderer.usual
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.operationID = operationID ?? Self.operationID(method, name, about)
        self.security = security
        self.about = about
        self.parsers = parsers
        self.renderers = renderers
    }

    /// A member of ``about``.
    public subscript<Value>(dynamicMember member: KeyPath<About, Value>) -> Value { about[keyPath: member] }

    /// A copy of the operation that does not offer the renderer.
    public func without(_ renderer: Renderer) -> APIOperation {
        APIOperation(
            method, path, name: name, operationID: operationID, security: security, about: about, parsers: parsers,
            renderers: renderers.filter { $0 != renderer })
    }
}
