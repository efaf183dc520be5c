// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension APIOperation {
    /// A chapter of the documentation, which groups operations. A feature may declare a new one.
    public struct Tag: Sendable, Hashable {
        /// The title of the chapter.
        public let name: String
        /// A sentence about the chapter.
        public let help: String

        /// - Parameters:
        ///   - name: the title of the chapter.
        ///   - help: a sentence about the chapter.
        public init(_ name: String, help: String) {
            self.name = name
            self.help = help
        }

        /// Registration, and the profile, password and deletion of an account.
        public static let accounts = Tag("Accounts", help: "Who can log in.")
        /// Login, refresh, logout, and the list of sessions.
        public static let sessions = Tag("Sessions", help: "Logging in, staying logged in, and logging out.")
        /// Everything that sends a message or uses a link of one.
        public static let mail = Tag(
            "Mail", help: "Messages and their links. Served only where the operator has named a mail server.")
        /// The administration.
        public static let administration = Tag(
            "Administration", help: "Users, sessions, settings, groups and the audit log, for the staff.")
        /// Health, and the description of the API.
        public static let service = Tag("Service", help: "About the server itself.")
    }

    /// The documentation of an operation.
    public struct About: Sendable {
        /// A few words, without a full stop.
        public let summary: String
        /// Some sentences, with code in backticks.
        public let description: String
        /// The chapter of the documentation that lists the operation.
        public let tag: Tag
        /// The fields of the body, in the order of the documentation.
        public let fields: [Field]
        /// The parameters that only this operation reads.
        public let parameters: [Parameter]
        /// The answers with which a request is served.
        public let successes: [Success]
        /// The refusals that do not follow from the method, the security and the parsers of the operation.
        public let ownErrors: [ErrorCode]
        /// The names of the settings that limit the rate of requests.
        public let throttles: [String]

        /// - Parameters:
        ///   - summary: a few words, without a full stop.
        ///   - description: some sentences, with code in backticks.
        ///   - tag: the chapter of the documentation that lists the operation.
        ///   - fields: the fields of the body, in the order of the documentation.
        ///   - parameters: the parameters that only this operation reads.
        ///   - successes: the answers with which a request is served.
        ///   - errors: the refusals that do not follow from the method, the security and the parsers of the operation.
        ///   - throttles: the names of the settings that limit the rate of requests.
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

    /// True if the server reads the body. The body of a `GET` is ignored.
    public var readsBody: Bool { method != .get && !parsers.isEmpty }

    /// True if the answer depends on the storage; false for constant answers.
    private var asksStorage: Bool { security != .public || readsBody }

    /// Every refusal of this method at this path: those that the operation declares, and those that follow from its
    /// method, security and parsers. ``ErrorCode/methodNotAllowed`` is not among them, since it refuses the other
    /// methods.
    public var errors: [ErrorCode] {
        var codes: Set<ErrorCode> = [.malformedRequest, .notFound, .notAcceptable, .internalError]
        codes.formUnion(about.ownErrors)
        if method.isUnsafe { codes.insert(.crossSiteRequest) }
        if readsBody { codes.formUnion([.malformedBody, .bodyTooLarge, .unsupportedMediaType]) }
        if security.right != nil {
            // The standards of these requests have one error for every fault of a body.
            codes.remove(.malformedBody)
            codes.formUnion([.invalidRequest, .invalidClient, .accessDenied, .throttled])
        }
        if security.needsToken { codes.formUnion(ErrorCode.bearer) }
        if let demand = security.demand {
            if demand.isStaff || demand.permission != nil { codes.insert(.permissionDenied) }
            if demand.isFresh { codes.insert(.freshLoginRequired) }
        }
        if !about.throttles.isEmpty { codes.insert(.throttled) }
        if asksStorage { codes.insert(.unavailable) }
        return ErrorCode.allCases.filter(codes.contains)
    }

    /// The parameters in path, query and headers: those of the operation, and `format` where there is a choice.
    public var parameters: [Parameter] { about.parameters + (renderers.count > 1 ? [.format(renderers)] : []) }
}

extension Parameter {
    /// The `format` parameter, which every path reads.
    static func format(_ renderers: [Renderer]) -> Parameter {
        Parameter(
            "format", in: .query, .oneOf(renderers.map(\.rawValue)), example: Renderer.json.rawValue,
            help: """
                Narrows the choice of the representation, which must meet `Accept` too. An empty value counts as none, any other is 404.
                """
        )
    }
}
