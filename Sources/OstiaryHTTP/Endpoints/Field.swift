// SPDX-License-Identifier: Apache-2.0

/// One field of a request body: what is accepted, and what the documentation says of it.
public struct Field: Sendable {
    public enum Kind: Sendable {
        case text
        case email
        /// Taken exactly as sent, while white space around the others is cut off (ASVS 6.2.8).
        case password
        case token
    }

    public let name: String
    public let kind: Kind
    /// A sentence or two. Code stands in backticks.
    public let help: String
    /// What is refused below it is decided by a policy, not here; nil for none.
    public let minimumLength: Int?
    /// In Unicode scalars, after trimming; nil for no limit but that of the body.
    public let maximumLength: Int?
    public let isRequired: Bool
    public let mayBeBlank: Bool
    public let example: String

    public init(
        _ name: String, _ kind: Kind, minimumLength: Int? = nil, maximumLength: Int? = nil, isRequired: Bool = true,
        mayBeBlank: Bool = false,
        example: String, help: String
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.isRequired = isRequired
        self.mayBeBlank = mayBeBlank
        self.example = example
    }
}

/// A parameter outside the body.
public struct Parameter: Sendable {
    public enum Place: String, Sendable {
        case path, query, header
    }

    /// Which texts are meant; others are ignored or refused as ``help`` says.
    public enum Value: Sendable {
        case text
        case uuid
        /// `true`, or left out.
        case flag
        case oneOf([String])
        /// - Parameter pattern: a regular expression (ECMA-262) that the whole text matches.
        case matching(pattern: String)
    }

    public let name: String
    public let place: Place
    public let value: Value
    public let isRequired: Bool
    public let example: String
    /// A sentence or two. Code stands in backticks.
    public let help: String

    public init(
        _ name: String, in place: Place, _ value: Value = .text, isRequired: Bool = false, example: String,
        help: String
    ) {
        self.name = name
        self.place = place
        self.value = value
        self.isRequired = isRequired
        self.example = example
        self.help = help
    }
}
