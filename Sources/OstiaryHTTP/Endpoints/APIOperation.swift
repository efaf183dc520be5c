// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// One method of one path, with all that is known about it but who answers. `OPTIONS`, the description of the API and pages are
/// made from these values, and an ``Endpoint`` is one with its handler, so none of them can tell another story.
@dynamicMemberLookup
public struct APIOperation: Sendable {
    /// Proof that a caller must show.
    public enum Security: Sendable, Equatable {
        /// An access token (RFC 6750), and more where a demand is made.
        case bearer(Demand)
        case `public`

        /// An access token is enough.
        public static let bearer = Security.bearer(Demand())
        /// A token whose user has a right.
        public static func permission(_ name: String) -> Security { .bearer(Demand(permission: name)) }
        /// A token whose user has logged in lately.
        public static let fresh = Security.bearer(Demand(isFresh: true))

        public var needsToken: Bool { self != .public }
    }

    /// More than an access token, judged before the handler is called.
    public struct Demand: Sendable, Equatable {
        /// The name of a right that the user must have; nil for none.
        public var permission: String?
        /// Asks that the user has logged in lately.
        public var isFresh: Bool

        public init(permission: String? = nil, isFresh: Bool = false) {
            self.permission = permission
            self.isFresh = isFresh
        }
    }

    public let method: HTTPRequest.Method
    /// With its trailing slash; it answers without one too. Its last part may be `{id}`, for any.
    public let path: String
    /// Of the path: all its methods have the same.
    public let name: String
    public let security: Security
    /// Told by documentation; its members are members of the operation too.
    public let about: About
    public let parsers: [BodyFormat]
    public let renderers: [Renderer]

    public init(
        _ method: HTTPRequest.Method, _ path: String, name: String, security: Security = .bearer,
        about: About = About(), parsers: [BodyFormat] = BodyFormat.allCases, renderers: [Renderer] = Renderer.usual
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.security = security
        self.about = about
        self.parsers = parsers
        self.renderers = renderers
    }

    public subscript<Value>(dynamicMember member: KeyPath<About, Value>) -> Value { about[keyPath: member] }

    /// The same where a renderer is not on offer.
    public func without(_ renderer: Renderer) -> APIOperation {
        APIOperation(
            method, path, name: name, security: security, about: about, parsers: parsers,
            renderers: renderers.filter { $0 != renderer })
    }
}
