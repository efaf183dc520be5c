// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension APIOperation {
    /// The chapter of the documentation that it belongs to. A feature may declare one of its own.
    public struct Tag: Sendable, Hashable {
        public let name: String
        /// A sentence.
        public let help: String

        public init(_ name: String, help: String) {
            self.name = name
            self.help = help
        }

        public static let accounts = Tag("Accounts", help: "Who can log in.")
        public static let sessions = Tag("Sessions", help: "Logging in, staying logged in, and logging out.")
        public static let service = Tag("Service", help: "About the server itself.")
    }

    /// What the documentation tells of an endpoint.
    public struct About: Sendable {
        /// A few words, without a full stop.
        public let summary: String
        /// Some sentences. Code stands in backticks.
        public let description: String
        public let tag: Tag
        /// Of the body.
        public let fields: [Field]
        /// Those that only this endpoint reads.
        public let parameters: [Parameter]
        public let successes: [Success]
        /// Refusals that do not follow from the endpoint's nature.
        public let ownErrors: [ErrorCode]
        /// Names of the settings that limit it.
        public let throttles: [String]

        public init(
            _ summary: String = "", _ description: String = "", tag: Tag = .service, fields: [Field] = [],
            parameters: [Parameter] = [],
            successes: [Success] = [], errors: [ErrorCode] = [], throttles: [String] = []
        ) {
            self.summary = summary
            self.description = description
            self.tag = tag
            self.fields = fields
            self.parameters = parameters
            self.successes = successes
            self.ownErrors = errors
            self.throttles = throttles
        }
    }

    /// Whether a body is read: `GET` has none, whatever is sent.
    public var readsBody: Bool { method != .get && !parsers.isEmpty }

    /// Whether it depends on the storage: all do but constant answers.
    private var asksStorage: Bool { security.needsToken || readsBody }

    /// Every refusal of this method at this path, those that follow from its nature too. Another method is refused by
    /// ``ErrorCode/methodNotAllowed``.
    public var errors: [ErrorCode] {
        var codes: Set<ErrorCode> = [.malformedRequest, .notFound, .notAcceptable, .internalError]
        codes.formUnion(about.ownErrors)
        if method.isUnsafe { codes.insert(.crossSiteRequest) }
        if readsBody { codes.formUnion([.malformedBody, .bodyTooLarge, .unsupportedMediaType]) }
        if security.needsToken { codes.formUnion(ErrorCode.bearer) }
        if case .bearer(let demand) = security, demand != Demand() { codes.insert(.permissionDenied) }
        if !about.throttles.isEmpty { codes.insert(.throttled) }
        if asksStorage { codes.insert(.unavailable) }
        return ErrorCode.allCases.filter(codes.contains)
    }

    /// What may stand in the place of `{id}`, in the query and in headers.
    public var parameters: [Parameter] { about.parameters + [.format(renderers)] }
}

extension Parameter {
    /// Read at every path.
    static func format(_ renderers: [Renderer]) -> Parameter {
        Parameter(
            "format", in: .query, .oneOf(renderers.map(\.rawValue)), example: Renderer.json.rawValue,
            help: """
                Narrows the choice of the representation, which must meet `Accept` too. An empty value counts as none, any other is 404.
                """
        )
    }
}
