// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension OpenAPIDocument {
    private static let described: [(name: String, isEverywhere: Bool, schema: JSONValue, help: String)] = [
        ("X-Request-ID", true, ["type": "string"], "The id of the request, as in the server's log."),
        ("Allow", true, ["type": "string"], "The methods of the path."),
        ("Vary", true, ["type": "string"], "The answer depends on `Accept`."),
        ("Cache-Control", true, ["type": "string"], "Answers must not be stored."),
        (
            "WWW-Authenticate", false, ["type": "string"],
            "`Bearer`, with `error=\"invalid_token\"` when a token was sent; `Basic` for clients."
        ),
        ("Retry-After", false, ["type": "integer", "minimum": 1], "The number of seconds to wait before a retry."),
    ]

    static var headers: JSONValue {
        JSONValue(
            members: described.map { header in
                (
                    header.name,
                    ["description": JSONValue(header.help), "required": true, "schema": header.schema]
                )
            }
        )
    }

    /// - Parameter own: the lower-case names of headers that this answer has in addition to those of every answer.
    func headers(_ own: [String]) -> JSONValue {
        let present = Self.described.filter { $0.isEverywhere || own.contains($0.name.lowercased()) }
        return JSONValue(members: present.map { ($0.name, reference("headers", $0.name)) })
    }
}
