// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension SchemaController {
    static let aboutErrors = APIOperation.About(
        "List the error codes",
        """
        Lists every error `code` with its meaning and its remedy. The `type` of a problem document (RFC 9457) links here.
        """,
        tag: .service,
        successes: [
            Success(
                "The codes.",
                .array(
                    of: .object(
                        name: "ErrorCode",
                        [
                            Property("code", example: "throttled", help: "A stable code: compare it, not the texts."),
                            Property("status", .integer, example: "429", help: "The status of the answer."),
                            Property("title", example: "Throttled", help: "A few words."),
                            Property("meaning", example: ErrorCode.throttled.meaning, help: "The cause in words."),
                            Property("remedy", example: ErrorCode.throttled.remedy, help: "The remedy for the client."),
                        ]
                    )
                )
            )
        ]
    )

    static let errors = Answer { json in
        json.beginArray()
        for code in ErrorCode.allCases {
            json.beginObject()
            json.key("code")
            json.string(code.rawValue)
            json.key("status")
            json.integer(Int64(code.status.code))
            json.key("title")
            json.string(code.title)
            json.key("meaning")
            json.string(code.meaning)
            json.key("remedy")
            json.string(code.remedy)
            json.endObject()
        }
        json.endArray()
    }
}

extension ErrorCode {
    /// The address of the code's explanation: a reference relative to the server (RFC 9457 §3.1.1).
    package var reference: String { "/docs/errors/#\(rawValue)" }
}
