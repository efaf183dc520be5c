// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore

extension AllSessionsController {
    private static let exampleID = "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c"

    static let userFilter = Parameter("user", in: .query, .integer, example: "1", help: "The id of a user.")
    static let addressFilter = Parameter(
        "address", in: .query, example: "192.0.2.1", help: "The exact IP address from which the user logged in.")
    static let startedBefore = Parameter(
        "started_before", in: .query, .dateTime, example: "2026-01-31", help: "Selects sessions from before this time.")
    static let startedAfter = Parameter(
        "started_after", in: .query, .dateTime, example: "2026-01-31", help: "Selects sessions from this time on.")
    private static let id = Parameter(
        "id", in: .path, .uuid, isRequired: true, example: exampleID,
        help: "The `id` of a session. Any other value gets 404.")
    static let action = Field("action", .choice(["end"]), example: "end", help: "The action.")
    static let ids = Field(
        "ids", .texts, maximumLength: 64, isRequired: false, example: exampleID,
        help: "The ids of the sessions. Either `ids` or `user`.")
    static let user = Field(
        "user", .integer(1 ... .max), isRequired: false, example: "1",
        help: """
            The id of a user, all of whose sessions end, with access tokens that have no session; the counts are those \
            of users.
            """)

    static let listing = APIOperation(
        .get, "/api/admin/sessions/", name: "All sessions", operationID: "listAllSessions",
        security: .staff(.viewSession),
        about: .init(
            "List the sessions of all users",
            """
            Lists the open sessions by page, 50 at a time. The session that started last comes first. Filters are \
            combined.

            `last_used_at` is accurate to five minutes.
            """,
            tag: .administration, parameters: [userFilter, addressFilter, startedBefore, startedAfter, .cursor],
            successes: [Success("A page of sessions.", .page(name: "AllSessions", of: session))],
            errors: [.invalidFields]),
        parsers: [])

    static let ending = APIOperation(
        .delete, "/api/admin/sessions/{id}/", name: "Any session", operationID: "endAnySession",
        security: .staff(.deleteSession),
        about: .init(
            "End a session of any user",
            """
            Ends a session. Its tokens stop working at once, or within a second on other nodes.

            You cannot end a session of a user who has more rights than you.
            """,
            tag: .administration, parameters: [id],
            successes: [Success("The session has ended.", .nothing, status: .noContent)], errors: [.notFound]),
        parsers: [])

    static let acting = APIOperation(
        .post, "/api/admin/sessions/actions/", name: "Actions on sessions", operationID: "actOnSessions",
        security: .staff(.deleteSession),
        about: .init(
            "End several sessions",
            """
            Ends the listed sessions, or all sessions of a user. Sessions of users who have more rights than you are \
            counted as refused and go on.
            """,
            tag: .administration, fields: [action, ids, user],
            successes: [Success("The numbers of sessions, or of users.", .actionCounts)], errors: [.invalidFields]))

    private static let session = Shape.object(
        name: "AnySession",
        [
            Property("id", format: "uuid", example: exampleID, help: "The id of the session. It is not secret."),
            Property(
                "user",
                .object(
                    name: "UserReference",
                    [
                        Property("id", .integer, format: "int64", example: "1", help: "The id of the user."),
                        Property(
                            "email", format: "email", example: "first@example.com", help: "The login e-mail address."),
                    ]), help: "The user of the session."),
            Property("started_at", format: "date-time", example: "2026-01-01T12:00:00Z", help: "The session's start."),
            Property(
                "last_used_at", format: "date-time", example: "2026-01-02T08:30:00Z",
                help: "The time at which a token of the session was last used."),
            Property(
                "address", isNullable: true, example: "192.0.2.1", help: "The address from which the user logged in."),
            Property("user_agent", isNullable: true, example: "curl/8.5.0", help: "The `User-Agent` of the login."),
            Property(
                "browser", example: "curl",
                help: "The program that the `User-Agent` claims to be, in words, such as `Firefox on Windows`."),
            Property(
                "amr", .array(of: .value(.string, example: "pwd")),
                help: "The methods of the login (RFC 8176): `pwd` for a password."),
        ])
}
