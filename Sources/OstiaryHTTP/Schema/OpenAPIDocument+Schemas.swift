// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension OpenAPIDocument {
    /// All schemas that the document refers to, by name.
    var schemas: JSONValue {
        var members: [(String, JSONValue)] = []
        for operation in operations where operation.readsBody && !operation.fields.isEmpty {
            members.append((operation.bodyName, schema(of: operation.describedFields)))
        }
        for success in operations.flatMap(\.successes) { collect(success.shape, into: &members) }
        return JSONValue(members: parameterSchemas + members + refusalSchemas)
    }

    private func collect(_ shape: Shape, into members: inout [(String, JSONValue)]) {
        switch shape {
        case .array(let element), .nullable(let element), .map(let element, _): collect(element, into: &members)
        case .object(let name, let properties):
            members.append((name, schema(of: properties)))
            for property in properties { collect(property.shape, into: &members) }
        case .either(let first, let second):
            collect(first, into: &members)
            collect(second, into: &members)
        case .nothing, .value, .document: break
        }
    }

    /// The schema of a document; nil if there is no document.
    func schema(of shape: Shape) -> JSONValue? {
        switch shape {
        case .nothing: nil
        case .value(let kind, let format, _):
            JSONValue(
                members: [("type", JSONValue(kind.rawValue))] + (format.map { [("format", JSONValue($0))] } ?? []))
        case .object(let name, _): reference("schemas", name)
        case .array(let element): ["type": "array", "items": schema(of: element) ?? true]
        case .map(let element, let help):
            [
                "type": "object",
                "additionalProperties": (schema(of: element) ?? true).adding(["description": JSONValue(help)]),
            ]
        case .nullable(let shape): schema(of: shape)?.orNull
        case .either(let first, let second): ["anyOf": .array([first, second].compactMap(schema))]
        case .document(let help): ["type": "object", "description": JSONValue(help)]
        }
    }

    /// An example of a document; nil if its structure is not known.
    func example(of shape: Shape) -> JSONValue? {
        switch shape {
        case .nothing, .map, .document: nil
        case .value(.string, _, let example): JSONValue(example)
        case .value(.integer, _, let example): Int64(example).map { .number(JSONNumber($0)) } ?? .null
        case .value(.boolean, _, let example): .bool(example == "true")
        case .array(let element): example(of: element).map { [$0] }
        case .nullable(let shape), .either(let shape, _): example(of: shape)
        case .object(_, let properties):
            JSONValue(members: properties.filter(\.isRequired).map { ($0.name, example(of: $0.shape) ?? [:]) })
        }
    }

    private func schema(of properties: [Property]) -> JSONValue {
        [
            "type": "object",
            "properties": JSONValue(members: properties.map { ($0.name, schema(of: $0)) }),
            "required": .array(properties.filter(\.isRequired).map { JSONValue($0.name) }),
        ]
    }

    private func schema(of property: Property) -> JSONValue {
        let described = (schema(of: property.shape) ?? true).adding(["description": JSONValue(property.help)])
        guard property.shape.isValue, let example = example(of: property.shape) else { return described }
        return described.adding(["examples": [example]])
    }

    private func schema(of fields: [Field]) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("type", "object"), ("properties", JSONValue(members: fields.map { ($0.name, schema(of: $0)) })),
        ]
        let required = fields.filter(\.isRequired)
        if !required.isEmpty { members.append(("required", .array(required.map { JSONValue($0.name) }))) }
        return JSONValue(members: members)
    }
}

extension Shape {
    /// True for a string, a number or a boolean, which may be null.
    fileprivate var isValue: Bool {
        switch self {
        case .value: true
        case .nullable(let shape): shape.isValue
        default: false
        }
    }
}

extension JSONValue {
    /// A schema that allows null, too.
    fileprivate var orNull: JSONValue {
        guard case .object(let members) = self, let type = members["type"] else {
            return ["anyOf": [self, ["type": "null"]]]
        }
        return adding(["type": [type, "null"]])
    }
}
