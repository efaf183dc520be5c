// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `GET` and `DELETE /api/sessions/`, `DELETE /api/sessions/{id}/`
package struct SessionController: Sendable {
    private let sessions: SessionService

    package init(sessions: SessionService) { self.sessions = sessions }

    private static let all = Parameter(
        "all", in: .query, .flag, example: "true",
        help: "Also ends the current session if the value is `true`; any other value keeps it."
    )
    private static let after = Parameter(
        "after", in: .query, .uuid, example: SessionRecord.exampleID,
        help: "The `id` of the last session on the previous page. The list continues after it."
    )
    private static let id = Parameter(
        "id", in: .path, .uuid, isRequired: true, example: SessionRecord.exampleID,
        help: "The `id` of a session of your account. Any other value gets 404."
    )

    private static let listing = APIOperation(
        .get, "/api/sessions/", name: "Sessions",
        about: .init(
            "List your sessions",
            """
            Lists the open sessions of your account. The most recently used one comes first.

            Times are in UTC (ISO 8601), and `last_used_at` is accurate to five minutes. If there are more than 200 \
            sessions, a `Link` header with `rel="next"` leads to the next page (RFC 8288).
            """,
            tag: .sessions, parameters: [Self.after],
            successes: [
                Success(
                    "The sessions.", .array(of: SessionRecord.shape),
                    links: [
                        Link(
                            "end", to: "endSession", parameters: [("id", "$response.body#/0/id")],
                            help: "The request ends one of the sessions."
                        )
                    ]
                )
            ],
            errors: [.invalidFields]
        ),
        parsers: []
    )

    private static let endingAll = APIOperation(
        .delete, "/api/sessions/", name: "Sessions", operationID: "endSessions",
        about: .init(
            "End all other sessions",
            "Ends all sessions of your account except the current one, or that one too with `?all=true`.",
            tag: .sessions, parameters: [Self.all],
            successes: [Success("The sessions have ended.", .nothing, status: .noContent)]
        ),
        parsers: []
    )

    private static let ending = APIOperation(
        .delete, "/api/sessions/{id}/", name: "Session", operationID: "endSession",
        about: .init(
            "End a session",
            """
            Ends one session of your account. Its tokens stop working at once, or within a second on other nodes.

            An unknown session gets 404, and so does a session of another account.
            """,
            tag: .sessions, parameters: [Self.id],
            successes: [Success("The session has ended.", .nothing, status: .noContent)],
            errors: [.notFound]
        ),
        parsers: []
    )

    /// The operations of the session endpoints.
    package static let operations = [listing, endingAll, ending]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.listing, handler: list),
            Endpoint(Self.endingAll, handler: endAll),
            Endpoint(Self.ending, handler: end),
        ]
    }

    private func list(_ call: Call, _ identity: Identity) async throws -> Answer {
        var last: SessionID?
        if let text = call.query(Self.after.name) {
            guard let id = SessionID(text) else {
                throw Refusal.field(Self.after.name, code: "invalid", "Must be the id of a session.")
            }
            last = id
        }
        let (records, isMore) = try await sessions.list(of: identity.user.id, after: last, in: call.context)
        var headers = HTTPFields()
        if isMore, let last = records.last {
            headers[.link] = "</api/sessions/?after=\(last.id)>; rel=\"next\""
        }
        return Answer(headers: headers) { json in
            json.beginArray()
            for record in records { json.session(record, isCurrent: record.id == identity.token.sessionID) }
            json.endArray()
        }
    }

    private func end(_ call: Call, _ identity: Identity) async throws -> Answer {
        guard let id = call.argument.flatMap(SessionID.init),
            try await sessions.end(id, of: identity.user.id, in: call.context)
        else {
            throw Refusal.notFound
        }
        return .nothing
    }

    /// Ends all sessions but the caller's; with `?all=true` the caller's too.
    private func endAll(_ call: Call, _ identity: Identity) async throws -> Answer {
        let kept = call.query("all")?.hasSameBytes(as: "true") == true ? nil : identity.token.sessionID
        try await sessions.endAll(of: identity.user.id, but: kept, in: call.context)
        return .nothing
    }
}

extension SessionRecord {
    fileprivate static let exampleID = "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c"

    fileprivate static let shape = Shape.object(
        name: "Session",
        [
            Property("id", format: "uuid", example: exampleID, help: "The id of the session. It is not secret."),
            Property("created_at", format: "date-time", example: "2026-01-01T12:00:00Z", help: "The session's start."),
            Property(
                "last_used_at", format: "date-time", example: "2026-01-02T08:30:00Z",
                help: "The time at which a token of the session was last used."
            ),
            Property("ip", isNullable: true, example: "192.0.2.1", help: "The address from which the user logged in."),
            Property("user_agent", isNullable: true, example: "curl/8.5.0", help: "The `User-Agent` of the login."),
            Property("current", .boolean, example: "true", help: "True for the session that sent the request."),
        ]
    )
}

extension JSONWriter {
    fileprivate mutating func session(_ record: SessionRecord, isCurrent: Bool) {
        beginObject()
        key("id")
        string(record.id.description)
        key("created_at")
        string(record.startedAt.iso8601)
        key("last_used_at")
        string(record.lastUsedAt.iso8601)
        key("ip")
        optional(record.origin.address?.description)
        key("user_agent")
        optional(record.origin.userAgent)
        key("current")
        bool(isCurrent)
        endObject()
    }
}
