// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import OstiaryCore

/// One method of one path, with all that is known about it. Routing, validation, `OPTIONS`, `Allow` and the schema are
/// made from these values, so none of them can tell another story.
@dynamicMemberLookup
public struct Endpoint: Sendable {
    /// What a caller must show. Bearer unless an endpoint says that it is public.
    public enum Security: Sendable, Equatable {
        case bearer
        case `public`
    }

    enum Handler: Sendable {
        case open(@Sendable (Call) async throws -> Answer)
        case authenticated(@Sendable (Call, Identity) async throws -> Answer)
        /// Made of the identity alone.
        case immediate(@Sendable (Identity) -> Answer)
    }

    public let method: HTTPRequest.Method
    /// With its trailing slash; it answers without one too. Its last part may be `{id}`, for any.
    public let path: String
    /// Of the path: all its methods have the same.
    public let name: String
    /// What documentation tells beside that; its members are members of the endpoint too.
    public let about: About
    public let parsers: [BodyFormat]
    public let renderers: [Renderer]
    let handler: Handler
    /// All that is read of a body.
    let fieldNames: FieldNames

    public var security: Security {
        if case .open = handler { .public } else { .bearer }
    }

    public subscript<Value>(dynamicMember member: KeyPath<About, Value>) -> Value { about[keyPath: member] }

    /// An endpoint for whoever proves an identity: the handler cannot be called without one.
    public init(
        _ method: HTTPRequest.Method, _ path: String, name: String, about: About = About(),
        parsers: [BodyFormat] = BodyFormat.allCases, renderers: [Renderer] = Renderer.usual,
        handler: @escaping @Sendable (Call, Identity) async throws -> Answer
    ) {
        self.init(method, path, name, about, parsers, renderers, .authenticated(handler))
    }

    /// An endpoint for whoever proves an identity, which is all that the answer is made of: where memory holds that, the
    /// answer is given on the event loop. It must not block.
    public static func immediate(
        _ method: HTTPRequest.Method, _ path: String, name: String, about: About = About(),
        answer: @escaping @Sendable (Identity) -> Answer
    ) -> Endpoint {
        Endpoint(method, path, name, about, BodyFormat.allCases, Renderer.usual, .immediate(answer))
    }

    /// An endpoint for everybody. A stale `Authorization` header is ignored there.
    public static func `public`(
        _ method: HTTPRequest.Method, _ path: String, name: String, about: About = About(),
        parsers: [BodyFormat] = BodyFormat.allCases, renderers: [Renderer] = Renderer.usual,
        handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Endpoint {
        Endpoint(method, path, name, about, parsers, renderers, .open(handler))
    }

    private init(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ about: About, _ parsers: [BodyFormat],
        _ renderers: [Renderer], _ handler: Handler
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.about = about
        self.parsers = parsers
        self.renderers = renderers
        self.handler = handler
        self.fieldNames = FieldNames(about.fields.map(\.name))
    }
}

extension Endpoint {
    /// The same where a renderer is not on offer.
    public func without(_ renderer: Renderer) -> Endpoint {
        Endpoint(method, path, name, about, parsers, renderers.filter { $0 != renderer }, handler)
    }
}

/// A format that request bodies may have.
public enum BodyFormat: String, Sendable, CaseIterable {
    case json = "application/json"
    case form = "application/x-www-form-urlencoded"
    case multipart = "multipart/form-data"

    /// - Parameter header: a `Content-Type` as sent, whose parameters do not matter.
    /// - Returns: nil for every other media type.
    public init?(contentType header: String) {
        self.init(ParameterizedValue(header.octets).value)
    }

    /// - Parameter essence: type and subtype, in any case (RFC 9110 §8.3.1).
    init?(_ essence: ArraySlice<UInt8>) {
        guard let format = Self.allCases.first(where: { essence.matches($0.rawValue.utf8) }) else { return nil }
        self = format
    }
}
