// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

/// The description of a list of endpoints in OpenAPI 3.1, made from their operations alone.
struct OpenAPIDocument {
    let operations: [APIOperation]
    let version: String
    /// The URL of the server, or a path if no URL is known.
    let server: String

    var json: JSONValue {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Ostiary",
                "summary": "Register, log in, stay logged in, log out, own your profile.",
                "description": JSONValue(Self.introduction),
                "version": JSONValue(version),
            ],
            "servers": [["url": JSONValue(server)]],
            "tags": .array(
                tags.map { ["name": JSONValue($0.name), "description": JSONValue($0.help)] }
            ),
            "paths": paths,
            "components": [
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": "The `access_token` of a login or refresh.",
                    ],
                    "client": [
                        "type": "http", "scheme": "basic",
                        "description": """
                        The id and the secret of a client, each percent-encoded (RFC 6749 §2.3.1); or `client_id` and \
                        `client_secret` in the body, but not both.
                        """,
                    ],
                ],
                "parameters": JSONValue(members: sharedParameters.map { ($0.name, json(of: $0)) }),
                "headers": Self.headers,
                "responses": responses,
                "schemas": schemas,
            ],
        ]
    }

    private static let introduction = """
        Every path works with and without its trailing slash. `HEAD` works wherever `GET` does, and `OPTIONS` works \
        everywhere; other methods get 405 with `Allow`. Bodies are limited to 64 KiB. An error is JSON in the shape of its \
        endpoint. With `Accept: application/problem+json` it is a problem document (RFC 9457) with a stable `code`; \
        `/docs/errors/` lists all codes. Browsers get pages. A request that is not HTTP gets an empty 400.
        """

    /// The tags in the order of their first operation.
    private var tags: [APIOperation.Tag] {
        operations.reduce(into: []) { if !$0.contains($1.tag) { $0.append($1.tag) } }
    }

    private var paths: JSONValue {
        var order: [String] = []
        let byPath = Dictionary(grouping: operations, by: \.path)
        for operation in operations where !order.contains(operation.path) { order.append(operation.path) }
        return JSONValue(
            members: order.map { path in
                let operations = (byPath[path] ?? []).map { ($0.method.rawValue.lowercased(), member(for: $0)) }
                return (path, JSONValue(members: operations))
            }
        )
    }

    private func member(for operation: APIOperation) -> JSONValue {
        var description = operation.description
        if !operation.throttles.isEmpty {
            let names = operation.throttles.map { "`\($0)`" }.joined(separator: ", ")
            description += "\n\nLimited by \(names), which the operator sets."
        }
        if let right = operation.security.right {
            description += "\n\nThe client must have the right `\(right.rawValue)`."
        }
        if let demand = operation.security.demand { description += "\n\n\(demand.sentence)" }
        var members: [(String, JSONValue)] = [
            ("operationId", JSONValue(operation.operationID)), ("tags", [JSONValue(operation.tag.name)]),
            ("summary", JSONValue(operation.summary)), ("description", JSONValue(description)),
            ("security", security(of: operation)),
            ("parameters", .array(operation.parameters.map(parameter))),
        ]
        if let permission = operation.security.demand?.permission {
            members.append(("x-permission", JSONValue(permission.rawValue)))
        }
        if let body = body(of: operation) { members.append(("requestBody", body)) }
        members.append(("responses", answers(of: operation)))
        return JSONValue(members: members)
    }

    private func security(of operation: APIOperation) -> JSONValue {
        switch operation.security {
        case .bearer: [["bearer": []]]
        case .client: [["client": []]]
        case .public: []
        }
    }

    private func body(of operation: APIOperation) -> JSONValue? {
        guard operation.readsBody, !operation.fields.isEmpty else { return nil }
        let content: JSONValue = [
            "schema": reference("schemas", operation.bodyName),
            "example": JSONValue(members: operation.describedFields.map { ($0.name, $0.exampleValue) }),
        ]
        return [
            "required": .bool(operation.describedFields.contains(where: \.isRequired)),
            "content": JSONValue(members: operation.parsers.map { ($0.rawValue, content) }),
        ]
    }

    func reference(_ kind: String, _ name: String) -> JSONValue {
        ["$ref": "#/components/\(kind)/\(name)"]
    }
}
