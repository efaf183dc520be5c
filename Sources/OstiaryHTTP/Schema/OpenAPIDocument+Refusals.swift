// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension OpenAPIDocument {
    /// The documents of refusals, and the page that people get instead.
    var refusalSchemas: [(String, JSONValue)] {
        let unions = operations.flatMap { operation in refusals(of: operation).map { shapes(of: $0.codes) } }
            .filter { $0.count > 1 }
        let distinct = unions.reduce(into: [[String]]()) { if !$0.contains($1) { $0.append($1) } }
        return Self.documents
            + distinct.map { names in
                (Self.name(of: names), ["anyOf": .array(names.map { reference("schemas", $0) })])
            }
    }

    /// The errors of an operation by status, in the order of ``ErrorCode``.
    func refusals(of operation: APIOperation) -> [(status: Int, codes: [ErrorCode])] {
        operation.errors.reduce(into: []) { groups, code in
            if groups.last?.status == code.status.code {
                groups[groups.count - 1].codes.append(code)
            } else {
                groups.append((code.status.code, [code]))
            }
        }
    }

    /// The schema of the document that a refusal with one of these codes has.
    func schema(of codes: [ErrorCode]) -> JSONValue { reference("schemas", Self.name(of: shapes(of: codes))) }

    private func shapes(of codes: [ErrorCode]) -> [String] {
        codes.map { $0.sample(field: "").body.schemaName }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private static func name(of shapes: [String]) -> String { shapes.joined(separator: "Or") }

    private static let documents: [(String, JSONValue)] = [
        (
            "Detail",
            [
                "type": "object", "properties": ["detail": ["type": "string", "description": "For people."]],
                "required": ["detail"], "additionalProperties": false,
            ]
        ),
        (
            "Error",
            [
                "type": "object", "properties": ["error": ["type": "string", "description": "For people."]],
                "required": ["error"], "additionalProperties": false,
            ]
        ),
        (
            "FieldErrors",
            [
                "type": "object",
                "description": """
                The messages of each field that is wrong, in the order of the fields; `non_field_errors` for a body \
                that is no object.
                """,
                "additionalProperties": ["type": "array", "items": ["type": "string"], "minItems": 1],
                "minProperties": 1,
            ]
        ),
        (
            "Changed",
            [
                "type": "object",
                "properties": [
                    "detail": ["type": "string", "description": "For people."],
                    "value": ["type": ["string", "integer", "boolean", "null"], "description": "The present value."],
                    "changed_by": [
                        "type": ["string", "null"], "description": "The author of the change; null if nobody knows.",
                    ],
                ],
                "required": ["detail", "value", "changed_by"], "additionalProperties": false,
            ]
        ),
        (
            "OAuthError",
            [
                "type": "object", "description": "An error of a request of a client (RFC 6749 §5.2).",
                "properties": [
                    "error": ["type": "string", "description": "A stable code."],
                    "error_description": ["type": "string", "description": "For people."],
                ],
                "required": ["error", "error_description"], "additionalProperties": false,
            ]
        ),
        (
            "Problem",
            [
                "type": "object", "description": "Problem details (RFC 9457).",
                "properties": [
                    "type": ["type": "string", "format": "uri-reference", "description": "The explanation's address."],
                    "title": ["type": "string", "description": "A few words, constant for each `code`."],
                    "status": ["type": "integer", "description": "The status of the answer."],
                    "code": ["type": "string", "description": "A stable code: compare it, not the texts."],
                    "detail": ["type": "string", "description": "For people."],
                    "value": ["description": "The present value, with `changed_meanwhile`."],
                    "changed_by": [
                        "type": ["string", "null"], "description": "The author of it, with `changed_meanwhile`.",
                    ],
                    "errors": [
                        "type": "object", "description": "The messages about each wrong field.",
                        "additionalProperties": [
                            "type": "array", "minItems": 1,
                            "items": ["$ref": "#/components/schemas/FieldProblem"],
                        ],
                    ],
                ],
                "required": ["type", "title", "status", "code"],
            ]
        ),
        (
            "FieldProblem",
            [
                "type": "object", "description": "One message about a wrong field.",
                "properties": [
                    "code": ["type": "string", "description": "A stable code: compare it, not the message."],
                    "message": ["type": "string", "description": "For people."],
                ],
                "required": ["code", "message"],
            ]
        ),
        ("Page", ["type": "string", "description": "A page for people, in HTML."]),
    ]
}
