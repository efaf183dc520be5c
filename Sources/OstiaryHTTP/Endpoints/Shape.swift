// SPDX-License-Identifier: Apache-2.0

/// The structure of an answer's document, or of a part of it. The description of the API and the pages are made from it.
public indirect enum Shape: Sendable {
    /// The answer has no document.
    case nothing
    /// A string, a number or a boolean. `format` is a format of JSON Schema, for example `email`, `uuid` or `date-time`;
    /// `example` is JSON text, but a string without its quotation marks.
    case value(Property.Kind, format: String? = nil, example: String)
    /// An object with these members, in this order. `name` is the name of its schema.
    case object(name: String, [Property])
    /// An array of any length.
    case array(of: Shape)
    /// An object whose keys are not known in advance; `help` is a sentence about them.
    case map(of: Shape, help: String)
    /// The shape, or null.
    case nullable(Shape)
    /// One of two shapes, the usual one first.
    case either(Shape, Shape)
    /// An object that another document describes, for example JSON Schema; `help` is a sentence about it.
    case document(help: String)

    /// One page of a list: the elements, and the cursor of the next page.
    /// - Parameters:
    ///   - name: the name of the schema.
    ///   - element: the structure of an element.
    public static func page(name: String, of element: Shape) -> Shape {
        .object(
            name: name,
            [
                Property("results", .array(of: element), help: "The elements of this page."),
                Property(
                    "next", isNullable: true, example: "WyJ1c2VycyIsImlkIiw1MF0",
                    help: "The `cursor` of the next page; null on the last one."),
                Property(
                    "cut_short", .boolean, example: "false",
                    help: """
                        True if the server looked at many rows that the filter does not match before the page was full: \
                        `next` looks further.
                        """),
            ])
    }
}

/// A member of an object in an answer.
public struct Property: Sendable {
    /// The JSON type of a value that is neither an object nor an array.
    public enum Kind: String, Sendable {
        /// A text.
        case string
        /// A whole number.
        case integer
        /// `true` or `false`.
        case boolean
    }

    /// The key of the member.
    public let name: String
    /// The structure of the value.
    public let shape: Shape
    /// True if every answer has the member.
    public let isRequired: Bool
    /// A sentence about the value, with code in backticks.
    public let help: String

    /// - Parameters:
    ///   - name: the key of the member.
    ///   - shape: the structure of the value.
    ///   - isRequired: true if every answer has the member.
    ///   - help: a sentence about the value, with code in backticks.
    public init(_ name: String, _ shape: Shape, isRequired: Bool = true, help: String) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.help = help
    }

    /// - Parameters:
    ///   - name: the key of the member.
    ///   - kind: the JSON type of the value.
    ///   - format: a format of JSON Schema; nil for none.
    ///   - isNullable: true if the value may be null.
    ///   - isRequired: true if every answer has the member.
    ///   - example: an example of the value as JSON text, but strings without their quotation marks.
    ///   - help: a sentence about the value, with code in backticks.
    public init(
        _ name: String, _ kind: Kind = .string, format: String? = nil, isNullable: Bool = false,
        isRequired: Bool = true, example: String, help: String
    ) {
        let value = Shape.value(kind, format: format, example: example)
        self.init(name, isNullable ? .nullable(value) : value, isRequired: isRequired, help: help)
    }
}
