// SPDX-License-Identifier: Apache-2.0

/// A field of a request body. ``FieldReader`` checks it, and the documentation describes it, by the same value.
public struct Field: Sendable {
    /// The type of a field's value. In a form every value is text, and a list is a name that is repeated.
    public enum Kind: Sendable, Equatable {
        /// Any text. White space at both ends is removed.
        case text
        /// An e-mail address. White space at both ends is removed.
        case email
        /// A password, taken exactly as sent: its white space is part of it (ASVS 6.2.8).
        case password
        /// A token that the server has issued.
        case token
        /// A text, a number or a boolean, which is read as text.
        case scalar
        /// A boolean: `true` or `false`, in a form also `on` and `off`. An absent field is no `false`, so a form sends
        /// `false` for a box that is not ticked; of a repeated name, the last value counts.
        case flag
        /// A whole number.
        case integer(ClosedRange<Int64>)
        /// A list of ids, which are whole numbers. In a form, an empty value alone stands for the empty list.
        case ids
        /// A list of texts, each without white space at its ends. In a form, an empty value alone stands for the empty
        /// list.
        case texts
        /// One of the listed texts.
        case choice([String])

        /// True for a list of values.
        package var isList: Bool { self == .ids || self == .texts }
    }

    /// The greatest number of elements that a list can have.
    public static let maximumElements = 500

    /// The key of the field in the body, in ASCII.
    public let name: String
    /// The type of the value.
    public let kind: Kind
    /// A sentence or two about the field, with code in backticks.
    public let help: String
    /// The least length that the documentation names, in Unicode scalars; nil for none. A policy enforces it, not the
    /// field.
    public let minimumLength: Int?
    /// The greatest length of a text, or of each text of a list, in Unicode scalars, after trimming; nil if only the
    /// size of the body limits it.
    public let maximumLength: Int?
    /// True if a body without the field is refused.
    public let isRequired: Bool
    /// True if an empty value is accepted.
    public let mayBeBlank: Bool
    /// The greatest number of elements of a list.
    public let maximumCount: Int
    /// An example of the value; the elements of a list are separated by commas.
    public let example: String

    /// - Parameters:
    ///   - name: the key of the field in the body, in ASCII.
    ///   - kind: the type of the value.
    ///   - minimumLength: the least length that the documentation names, in Unicode scalars; nil for none.
    ///   - maximumLength: the greatest length in Unicode scalars, after trimming; nil if only the body's size limits
    ///     it.
    ///   - isRequired: true to refuse a body without the field.
    ///   - mayBeBlank: true to accept an empty value.
    ///   - maximumCount: the greatest number of elements of a list, at most ``maximumElements``.
    ///   - example: an example of the value; the elements of a list are separated by commas.
    ///   - help: a sentence or two about the field, with code in backticks.
    public init(
        _ name: String, _ kind: Kind, minimumLength: Int? = nil, maximumLength: Int? = nil, isRequired: Bool = true,
        mayBeBlank: Bool = false, maximumCount: Int = Field.maximumElements, example: String, help: String
    ) {
        precondition(maximumCount <= Self.maximumElements, "a list has at most \(Self.maximumElements) elements")
        self.name = name
        self.kind = kind
        self.help = help
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.isRequired = isRequired
        self.mayBeBlank = mayBeBlank
        self.maximumCount = maximumCount
        self.example = example
    }
}
