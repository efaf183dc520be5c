// SPDX-License-Identifier: Apache-2.0

/// A field of a request body. ``FieldReader`` checks it, and the documentation describes it, by the same value.
public struct Field: Sendable {
    /// The type of a field's value. Every value is a string.
    public enum Kind: Sendable {
        /// Any text. White space at both ends is removed.
        case text
        /// An e-mail address. White space at both ends is removed.
        case email
        /// A password, taken exactly as sent: its white space is part of it (ASVS 6.2.8).
        case password
        /// A token that the server has issued.
        case token
    }

    /// The key of the field in the body, in ASCII.
    public let name: String
    /// The type of the value.
    public let kind: Kind
    /// A sentence or two about the field, with code in backticks.
    public let help: String
    /// The least length that the documentation names, in Unicode scalars; nil for none. A policy enforces it, not the
    /// field.
    public let minimumLength: Int?
    /// The greatest length in Unicode scalars, after trimming; nil if only the size of the body limits it.
    public let maximumLength: Int?
    /// True if a body without the field is refused.
    public let isRequired: Bool
    /// True if an empty value is accepted.
    public let mayBeBlank: Bool
    /// An example of the value.
    public let example: String

    /// - Parameters:
    ///   - name: the key of the field in the body, in ASCII.
    ///   - kind: the type of the value.
    ///   - minimumLength: the least length that the documentation names, in Unicode scalars; nil for none.
    ///   - maximumLength: the greatest length in Unicode scalars, after trimming; nil if only the body's size limits
    ///     it.
    ///   - isRequired: true to refuse a body without the field.
    ///   - mayBeBlank: true to accept an empty value.
    ///   - example: an example of the value.
    ///   - help: a sentence or two about the field, with code in backticks.
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

/// A parameter of a request outside its body, for the documentation. The handler reads and checks its value.
public struct Parameter: Sendable {
    /// The part of a request that holds a parameter.
    public enum Place: String, Sendable {
        case path, query, header
    }

    /// The texts that a parameter accepts. Other texts are ignored or refused, as ``help`` says.
    public enum Value: Sendable {
        /// Any text.
        case text
        /// A UUID (RFC 9562).
        case uuid
        /// `true`; any other text counts as false.
        case flag
        /// One of the listed texts.
        case oneOf([String])
        /// A text that matches a pattern.
        /// - Parameter pattern: a regular expression (ECMA-262) that matches the whole text.
        case matching(pattern: String)
    }

    /// The name of the parameter.
    public let name: String
    /// The part of the request that holds the parameter.
    public let place: Place
    /// The texts that the parameter accepts.
    public let value: Value
    /// True if a request without the parameter is refused.
    public let isRequired: Bool
    /// An example of the value.
    public let example: String
    /// A sentence or two about the parameter, with code in backticks.
    public let help: String

    /// - Parameters:
    ///   - name: the name of the parameter.
    ///   - place: the part of the request that holds the parameter.
    ///   - value: the texts that the parameter accepts.
    ///   - isRequired: true if a request without the parameter is refused.
    ///   - example: an example of the value.
    ///   - help: a sentence or two about the parameter, with code in backticks.
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
