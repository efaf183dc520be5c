// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension OpenAPIDocument {
    /// The parameters that several operations share.
    var sharedParameters: [Parameter] { [.format(Renderer.usual)] }

    /// The lists of values of the shared parameters, by name. Generators make one type of each.
    var parameterSchemas: [(String, JSONValue)] {
        sharedParameters.compactMap { parameter in
            guard case .oneOf(let values) = parameter.value else { return nil }
            return (schemaName(of: parameter), schema(of: values))
        }
    }

    func parameter(_ parameter: Parameter) -> JSONValue {
        isShared(parameter) ? reference("parameters", parameter.name) : json(of: parameter)
    }

    func json(of parameter: Parameter) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("name", JSONValue(parameter.name)), ("in", JSONValue(parameter.place.rawValue)),
            ("required", .bool(parameter.isRequired)), ("description", JSONValue(parameter.help)),
            ("schema", schema(of: parameter)), ("example", example(of: parameter)),
        ]
        // An empty `format` counts as absent. Other parameters refuse an empty value, or take it as any other.
        if parameter.name == Parameter.format([]).name { members.insert(("allowEmptyValue", true), at: 3) }
        return JSONValue(members: members)
    }

    private func schema(of parameter: Parameter) -> JSONValue {
        switch parameter.value {
        case .text: ["type": "string"]
        case .uuid: ["type": "string", "format": "uuid"]
        case .flag, .boolean: ["type": "boolean"]
        case .integer: ["type": "integer", "format": "int64"]
        case .dateTime: ["type": "string", "format": "date-time"]
        case .oneOf(let values):
            isShared(parameter) ? reference("schemas", schemaName(of: parameter)) : schema(of: values)
        case .matching(let pattern): ["type": "string", "pattern": JSONValue(pattern)]
        }
    }

    private func schema(of values: [String]) -> JSONValue {
        ["type": "string", "enum": .array(values.map(JSONValue.init(_:)))]
    }

    private func schemaName(of parameter: Parameter) -> String {
        parameter.name.prefix(1).uppercased() + parameter.name.dropFirst()
    }

    private func example(of parameter: Parameter) -> JSONValue {
        switch parameter.value {
        case .flag, .boolean: .bool(parameter.example == "true")
        case .integer: Int64(parameter.example).map { .number(JSONNumber($0)) } ?? .null
        case .text, .uuid, .dateTime, .oneOf, .matching: JSONValue(parameter.example)
        }
    }

    private func isShared(_ parameter: Parameter) -> Bool {
        guard case .oneOf(let values) = parameter.value else { return false }
        return sharedParameters.contains { shared in
            guard case .oneOf(values) = shared.value else { return false }
            return shared.name == parameter.name && shared.place == parameter.place
        }
    }
}
