// SPDX-License-Identifier: Apache-2.0

/// A parameter of a request outside its body. ``QueryReader`` checks one of the query, and the documentation describes
/// it, by the same value; the handler itself reads all others.
public struct Parameter: Sendable {
    /// The part of a request that holds a parameter.
    public enum Place: String, Sendable {
        /// A part of the path, which its template names in braces.
        case path
        /// A pair of the query, behind `?`.
        case query
        /// A header field.
        case header
    }

    /// The texts that a parameter accepts. ``QueryReader`` refuses other texts; a handler that reads a parameter without
    /// it ignores or refuses them, as ``help`` says.
    public enum Value: Sendable {
        /// Any text.
        case text
        /// A UUID (RFC 9562).
        case uuid
        /// `true`; any other text counts as false.
        case flag
        /// `true` or `false`.
        case boolean
        /// A whole number of 64 bits.
        case integer
        /// A time (RFC 3339), also without seconds or offset, or a date; without an offset it is in UTC.
        case dateTime
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
