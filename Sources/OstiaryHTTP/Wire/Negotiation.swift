// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The choice of a representation by the `Accept` header (RFC 9110 §12.5.1) and the `format` parameter.
///
/// Existing clients depend on three rules of the original service that the RFC does not have: weights are ignored; the
/// most specific media range that can be met decides; a parameter makes a range more specific but need not match.
enum Negotiation {
    enum Outcome: Sendable, Equatable {
        /// - Parameter problem: true if refusals are to be problem documents (RFC 9457).
        case accepted(renderer: Renderer, problem: Bool)
        case notAcceptable
        case unknownFormat
    }

    /// - Parameters:
    ///   - accept: the header, several lines joined by commas; nil if there is none.
    ///   - format: the query parameter, which narrows the choice; an empty value counts as absent.
    ///   - renderers: the formats on offer.
    static func negotiate(
        accept: String?, format: String?, among renderers: [Renderer] = Renderer.usual
    ) -> Outcome {
        var offered = renderers
        if let format, !format.isEmpty {
            offered.removeAll { !$0.rawValue.hasSameBytes(as: format) }
            guard !offered.isEmpty else { return .unknownFormat }
        } else if renderers.first == .json, isUsual(accept) {
            return .accepted(renderer: .json, problem: false)
        }
        let ranges = AcceptedRanges(accept ?? "*/*")
        var choice: (renderer: Renderer, specificity: Int)?
        for renderer in offered {
            if let specificity = ranges.specificity(of: renderer), specificity > choice?.specificity ?? -1 {
                choice = (renderer, specificity)
            }
        }
        guard let choice else { return .notAcceptable }
        return .accepted(renderer: choice.renderer, problem: ranges.namesProblem)
    }

    /// True if the header names `application/problem+json`, even if none of its media ranges can be met.
    static func prefersProblem(accept: String?) -> Bool {
        guard let accept, !isUsual(accept) else { return false }
        return AcceptedRanges(accept).namesProblem
    }

    /// True for the values of `Accept` that nearly every client of the API sends.
    static func isUsual(_ accept: String?) -> Bool {
        guard let accept else { return true }
        return accept.hasSameBytes(as: "*/*") || accept.hasSameBytes(as: "application/json")
    }
}

extension Negotiation {
    /// True for the value of `Accept` that the client for Swift sends, to get JSON and problem documents.
    static func isUsualWithProblems(_ accept: String) -> Bool {
        accept.hasSameBytes(as: "application/json, application/problem+json")
    }
}

/// The media ranges of an `Accept` header that match a format on offer, parsed in one pass.
private struct AcceptedRanges {
    private var json: Int?
    private var html: Int?
    private var yaml: Int?
    private var jwt: Int?
    private(set) var namesProblem = false

    init(_ accept: String) {
        for range in accept.listMembers { add(range) }
    }

    /// The specificity of the closest range that matches: 0 for `*/*` up to 3 for a type with parameters; nil if none
    /// matches.
    func specificity(of renderer: Renderer) -> Int? {
        switch renderer {
        case .json: json
        case .html: html
        case .yaml: yaml
        case .jwt: jwt
        }
    }

    private mutating func add(_ range: ArraySlice<UInt8>) {
        let semicolon = range.place(of: UInt8(ascii: ";")) ?? range.endIndex
        let essence = range[..<semicolon].trimmed
        guard let slash = essence.place(of: UInt8(ascii: "/")) else { return }
        let type = essence[..<slash]
        let subtype = essence[(slash + 1)...]

        let isProblem = essence.matches("application/problem+json")
        let matchesJSON = isProblem || type.accepts("application") && subtype.accepts("json")
        let matchesHTML = type.accepts("text") && subtype.accepts("html")
        let matchesYAML =
            type.accepts("application") && (subtype.accepts("yaml") || subtype.matches("vnd.oai.openapi"))
            || type.accepts("text") && subtype.accepts("yaml")
        let matchesJWT = type.accepts("application") && subtype.accepts("jwt")
        guard matchesJSON || matchesHTML || matchesYAML || matchesJWT else { return }

        let specificity: Int
        if type.matches("*") {
            specificity = 0
        } else if subtype.matches("*") {
            specificity = 1
        } else {
            // The weight `q` is no parameter of the type.
            specificity = ParameterizedValue(range).hasParameter { !$0.matches("q") } ? 3 : 2
        }
        namesProblem = namesProblem || isProblem
        if matchesJSON { json = max(json ?? 0, specificity) }
        if matchesHTML { html = max(html ?? 0, specificity) }
        if matchesYAML { yaml = max(yaml ?? 0, specificity) }
        if matchesJWT { jwt = max(jwt ?? 0, specificity) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func accepts(_ name: StaticString) -> Bool {
        matches("*") || matches(name)
    }
}
