// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension OpenAPIDocument {
    func answers(of operation: APIOperation) -> JSONValue {
        let successes = operation.successes.map { (String($0.status.code), answer($0, of: operation)) }
        let refusals = refusals(of: operation).map { status, codes in
            let name = name(of: codes)
            return (String(status), name.map { reference("responses", $0) } ?? refusal(codes, of: operation))
        }
        return JSONValue(members: successes + refusals)
    }

    /// The refusals that do not depend on their operation, for all operations to refer to.
    var responses: JSONValue {
        let single = ErrorCode.allCases.filter { name(of: [$0]) != nil }.map { [$0] } + [ErrorCode.bearer]
        let used = single.filter { codes in
            operations.contains { operation in operation.errors.filter { $0.status == codes.first?.status } == codes }
        }
        return JSONValue(members: used.map { (name(of: $0) ?? "", refusal($0, of: nil)) })
    }

    /// The name of the shared response; nil if the refusal depends on its operation.
    private func name(of codes: [ErrorCode]) -> String? {
        if codes == ErrorCode.bearer { return "Unauthorized" }
        guard codes.count == 1, let code = codes.first, code != .invalidFields else { return nil }
        return code.title.split(whereSeparator: { !$0.isLetter }).map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined()
    }

    private func answer(_ success: Success, of operation: APIOperation) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("description", JSONValue(success.description)), ("headers", headers([])),
        ]
        if let schema = schema(of: success.shape) {
            let content = operation.renderers.map { renderer in
                (renderer.mediaType, renderer == .html ? page : json(schema, example: example(of: success.shape)))
            }
            members.append(("content", JSONValue(members: content)))
        }
        if !success.links.isEmpty {
            members.append(("links", JSONValue(members: success.links.map { ($0.name, json(of: $0)) })))
        }
        return JSONValue(members: members)
    }

    private func json(_ schema: JSONValue, example: JSONValue?) -> JSONValue {
        example.map { ["schema": schema, "example": $0] } ?? ["schema": schema]
    }

    private func json(of link: Link) -> JSONValue {
        func expressions(_ pairs: [(name: String, value: String)]) -> JSONValue {
            JSONValue(members: pairs.map { ($0.name, JSONValue($0.value)) })
        }
        var members: [(String, JSONValue)] = [("operationId", JSONValue(link.operationID))]
        if !link.parameters.isEmpty { members.append(("parameters", expressions(link.parameters))) }
        if !link.body.isEmpty { members.append(("requestBody", expressions(link.body))) }
        members.append(("description", JSONValue(link.help)))
        return JSONValue(members: members)
    }

    /// - Parameter codes: error codes of one status.
    private func refusal(_ codes: [ErrorCode], of operation: APIOperation?) -> JSONValue {
        let samples = codes.map { ($0, $0.sample(field: operation?.fields.first?.name ?? "email")) }
        func examples(_ write: (Refusal, inout JSONWriter) -> Void) -> JSONValue {
            JSONValue(
                members: samples.map { code, sample in
                    var json = JSONWriter()
                    write(sample, &json)
                    let value = (try? JSONReader.read(json.bytes)) ?? .null
                    return (code.rawValue, ["summary": JSONValue(code.title), "value": value])
                }
            )
        }
        let words = codes.map { JSONValue($0.rawValue) }
        let problem = reference("schemas", "Problem").adding([
            "properties": [
                "status": ["const": .number(JSONNumber(Int64(codes.first?.status.code ?? 0)))],
                "code": words.count == 1 ? ["const": words[0]] : ["enum": .array(words)],
            ]
        ])
        return [
            "description": JSONValue(codes.map { "`\($0.rawValue)`: \($0.meaning)" }.joined(separator: "; ") + "."),
            "headers": headers(samples.flatMap { $0.1.headers.map(\.name.canonicalName) }),
            "content": [
                "application/json": [
                    "schema": schema(of: codes),
                    "examples": examples { $0.write(to: &$1) },
                ],
                "application/problem+json": [
                    "schema": problem, "examples": examples { $0.writeProblem(to: &$1, under: "") },
                ],
                "text/html": page,
            ],
        ]
    }

    private var page: JSONValue { ["schema": reference("schemas", "Page")] }
}
