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
        // An empty value counts as absent.
        if case .oneOf = parameter.value { members.insert(("allowEmptyValue", true), at: 3) }
        return JSONValue(members: members)
    }

    private func schema(of parameter: Parameter) -> JSONValue {
        switch parameter.value {
        case .text: ["type": "string"]
        case .uuid: ["type": "string", "format": "uuid"]
        case .flag: ["type": "boolean"]
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
        if case .flag = parameter.value { return .bool(parameter.example == "true") }
        return JSONValue(parameter.example)
    }

    private func isShared(_ parameter: Parameter) -> Bool {
        guard case .oneOf(let values) = parameter.value else { return false }
        return sharedParameters.contains { shared in
            guard case .oneOf(values) = shared.value else { return false }
            return shared.name == parameter.name && shared.place == parameter.place
        }
    }
}
