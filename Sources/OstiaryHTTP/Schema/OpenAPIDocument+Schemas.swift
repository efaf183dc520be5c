// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension OpenAPIDocument {
    /// All schemas that the document refers to, by name.
    var schemas: JSONValue {
        var members: [(String, JSONValue)] = []
        for operation in operations where operation.readsBody && !operation.fields.isEmpty {
            members.append((operation.bodyName, schema(of: operation.fields)))
        }
        for success in operations.flatMap(\.successes) { collect(success.shape, into: &members) }
        return JSONValue(members: parameterSchemas + members + refusalSchemas)
    }

    private func collect(_ shape: Shape, into members: inout [(String, JSONValue)]) {
        switch shape {
        case .array(let element): collect(element, into: &members)
        case .object(let name, let properties): members.append((name, schema(of: properties)))
        case .nothing, .map, .document: break
        }
    }

    /// The schema of a document; nil if there is no document.
    func schema(of shape: Shape) -> JSONValue? {
        switch shape {
        case .nothing: nil
        case .object(let name, _): reference("schemas", name)
        case .array(let element): ["type": "array", "items": schema(of: element) ?? true]
        case .map(let kind, let help):
            [
                "type": "object",
                "additionalProperties": ["type": JSONValue(kind.rawValue), "description": JSONValue(help)],
            ]
        case .document(let help): ["type": "object", "description": JSONValue(help)]
        }
    }

    func example(of shape: Shape) -> JSONValue? {
        switch shape {
        case .nothing, .map, .document: nil
        case .array(let element): example(of: element).map { [$0] }
        case .object(_, let properties):
            JSONValue(members: properties.filter(\.isRequired).map { ($0.name, $0.exampleValue) })
        }
    }

    private func schema(of properties: [Property]) -> JSONValue {
        [
            "type": "object",
            "properties": JSONValue(
                members: properties.map { property in
                    let kind = JSONValue(property.kind.rawValue)
                    var members: [(String, JSONValue)] = [
                        ("type", property.isNullable ? [kind, "null"] : kind),
                        ("description", JSONValue(property.help)), ("examples", [property.exampleValue]),
                    ]
                    if let format = property.format { members.insert(("format", JSONValue(format)), at: 1) }
                    return (property.name, JSONValue(members: members))
                }
            ),
            "required": .array(properties.filter(\.isRequired).map { JSONValue($0.name) }),
        ]
    }

    private func schema(of fields: [Field]) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("type", "object"), ("properties", JSONValue(members: fields.map { ($0.name, schema(of: $0)) })),
        ]
        let required = fields.filter(\.isRequired)
        if !required.isEmpty { members.append(("required", .array(required.map { JSONValue($0.name) }))) }
        return JSONValue(members: members)
    }

    private func schema(of field: Field) -> JSONValue {
        var members: [(String, JSONValue)] = [("type", "string")]
        switch field.kind {
        // The format `password` is a hint for forms, and harmful: models of Pydantic would send asterisks instead of it.
        case .text, .password: break
        case .email: members.append(("format", "email"))
        case .token: members.append(("format", "uuid"))
        }
        let minimum = field.minimumLength ?? (field.mayBeBlank ? 0 : 1)
        if minimum > 0 { members.append(("minLength", .number(JSONNumber(Int64(minimum))))) }
        if let maximum = field.maximumLength { members.append(("maxLength", .number(JSONNumber(Int64(maximum))))) }
        members += [("description", JSONValue(field.help)), ("examples", [JSONValue(field.example)])]
        return JSONValue(members: members)
    }
}

extension Property {
    fileprivate var exampleValue: JSONValue {
        switch kind {
        case .string: JSONValue(example)
        case .integer: Int64(example).map { .number(JSONNumber($0)) } ?? .null
        case .boolean: .bool(example == "true")
        }
    }
}
