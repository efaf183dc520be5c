public import HTTPTypes
public import OstiaryCore

/// One method of one path, with all that is known about it. Routing, `OPTIONS` and `Allow` are made from these values,
/// so none of them can tell another story.
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
    public let name: String
    public let description: String
    public let parsers: [BodyFormat]
    public let renderers: [Renderer]
    let handler: Handler

    public var security: Security {
        if case .open = handler { .public } else { .bearer }
    }

    /// An endpoint for whoever proves an identity: the handler cannot be called without one.
    public init(
        _ method: HTTPRequest.Method, _ path: String, name: String, description: String = "",
        parsers: [BodyFormat] = BodyFormat.allCases, renderers: [Renderer] = Renderer.allCases,
        handler: @escaping @Sendable (Call, Identity) async throws -> Answer
    ) {
        self.init(method, path, name, description, parsers, renderers, .authenticated(handler))
    }

    /// An endpoint for whoever proves an identity, which is all that the answer is made of: where memory holds that, the
    /// answer is given on the event loop. It must not block.
    public static func immediate(
        _ method: HTTPRequest.Method, _ path: String, name: String, description: String = "",
        answer: @escaping @Sendable (Identity) -> Answer
    ) -> Endpoint {
        Endpoint(method, path, name, description, BodyFormat.allCases, Renderer.allCases, .immediate(answer))
    }

    /// An endpoint for everybody. A stale `Authorization` header is ignored there.
    public static func `public`(
        _ method: HTTPRequest.Method, _ path: String, name: String, description: String = "",
        parsers: [BodyFormat] = BodyFormat.allCases, renderers: [Renderer] = Renderer.allCases,
        handler: @escaping @Sendable (Call) async throws -> Answer
    ) -> Endpoint {
        Endpoint(method, path, name, description, parsers, renderers, .open(handler))
    }

    private init(
        _ method: HTTPRequest.Method, _ path: String, _ name: String, _ description: String, _ parsers: [BodyFormat],
        _ renderers: [Renderer], _ handler: Handler
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.description = description
        self.parsers = parsers
        self.renderers = renderers
        self.handler = handler
    }
}

/// A format that request bodies may have.
public enum BodyFormat: String, Sendable, CaseIterable {
    case json = "application/json"
    case form = "application/x-www-form-urlencoded"
    case multipart = "multipart/form-data"
}
