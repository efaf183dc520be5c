// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension OpenAPIDocument {
    func schema(of field: Field) -> JSONValue {
        var members = type(of: field)
        members += [("description", JSONValue(field.help)), ("examples", [field.exampleValue])]
        return JSONValue(members: members)
    }

    private func type(of field: Field) -> [(String, JSONValue)] {
        switch field.kind {
        // The format `password` is a hint for forms, and harmful: models of Pydantic would send asterisks instead of it.
        case .text, .password: [("type", "string")] + lengths(of: field)
        case .email: [("type", "string"), ("format", "email")] + lengths(of: field)
        case .token: [("type", "string"), ("format", "uuid")] + lengths(of: field)
        case .scalar: [("type", ["string", "integer", "boolean"])]
        case .flag: [("type", "boolean")]
        case .integer(let range):
            [
                ("type", "integer"), ("format", "int64"), ("minimum", .number(JSONNumber(range.lowerBound))),
                ("maximum", .number(JSONNumber(range.upperBound))),
            ]
        case .ids: list(["type": "integer", "format": "int64"], of: field)
        case .texts: list(JSONValue(members: [("type", "string")] + lengths(of: field)), of: field)
        case .choice(let texts): [("type", "string"), ("enum", .array(texts.map(JSONValue.init(_:))))]
        }
    }

    private func lengths(of field: Field) -> [(String, JSONValue)] {
        let minimum = field.minimumLength ?? (field.mayBeBlank ? 0 : 1)
        let bounds = [("minLength", minimum > 0 ? minimum : nil), ("maxLength", field.maximumLength)]
        return bounds.compactMap { name, bound in bound.map { (name, .number(JSONNumber(Int64($0)))) } }
    }

    private func list(_ element: JSONValue, of field: Field) -> [(String, JSONValue)] {
        [("type", "array"), ("items", element), ("maxItems", .number(JSONNumber(Int64(field.maximumCount))))]
    }
}

extension Field {
    /// The example as JSON.
    package var exampleValue: JSONValue {
        switch kind {
        case .text, .email, .password, .token, .scalar, .choice: JSONValue(example)
        case .flag: .bool(example == "true")
        case .integer: Int64(example).map { .number(JSONNumber($0)) } ?? .null
        case .ids: .array(elements.compactMap { Int64($0).map { .number(JSONNumber($0)) } })
        case .texts: .array(elements.map(JSONValue.init(_:)))
        }
    }

    private var elements: [String] { example.split(separator: ",").map { String($0).trimmingWhitespace() } }
}
