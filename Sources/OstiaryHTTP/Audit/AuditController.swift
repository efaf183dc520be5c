// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `GET /api/admin/audit/`: the audit log, for administrators.
package struct AuditController: Sendable {
    private let audit: any AuditStore

    package init(audit: any AuditStore) { self.audit = audit }

    private static let user = Parameter(
        "user", in: .query, .integer, example: "42", help: "The id of the account that the entries are about.")
    private static let actor = Parameter(
        "actor", in: .query, example: "user:42",
        help: "The exact author, as entries tell it: `client`, `user:42`, `operator:root`, `system`, `another program`."
    )
    private static let event = Parameter(
        "event", in: .query, .oneOf(AuditEvent.all.map(\.rawValue)), example: "logged_in", help: "The kind of event.")
    private static let address = Parameter(
        "address", in: .query, example: "192.0.2.1",
        help: """
            An IP address, also with the prefix `/32` or `/64`. Entries hold the network of a client only, so an IPv6 \
            address selects those of its /64.
            """)
    private static let session = Parameter(
        "session", in: .query, .uuid, example: "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c", help: "The id of a session.")
    private static let since = Parameter(
        "since", in: .query, .dateTime, example: "2026-01-31", help: "Selects entries from this time on.")
    private static let until = Parameter(
        "until", in: .query, .dateTime, example: "2026-01-31", help: "Selects entries from before this time.")

    private static let listing = APIOperation(
        .get, "/api/admin/audit/", name: "Audit log", operationID: "listAudit", security: .staff(.viewAudit),
        about: .init(
            "List the audit log",
            """
            Lists entries by page, 50 at a time, the newest first. Filters are combined.

            Refused logins are counted: one entry stands for a minute, a network, an address and a cause.
            """,
            tag: .administration, parameters: [user, actor, event, address, session, since, until, .cursor],
            successes: [Success("A page of entries.", .page(name: "AuditEntries", of: AuditEntry.shape))],
            errors: [.invalidFields]),
        parsers: [])

    /// The operations of the endpoint.
    package static let operations = [listing]

    package var endpoints: [Endpoint] { [Endpoint(Self.listing) { call, _ in try await list(call) }] }

    private func list(_ call: Call) async throws -> Answer {
        var reader = call.parameters()
        var query = AuditQuery()
        query.user = reader.integer(Self.user)
        query.actor = reader.value(Self.actor, .actorInvalid) { RequestContext.Actor.isName($0) ? $0 : nil }
        query.event = reader.choice(Self.event).map(AuditEvent.init(rawValue:))
        query.network = reader.value(Self.address, .networkInvalid, Network.init(text:))
        query.session = reader.value(Self.session, .sessionInvalid, SessionID.init)
        query.since = reader.dateTime(Self.since)
        query.until = reader.dateTime(Self.until)
        if let cursor = reader.text(.cursor, atMost: PageCursor.maximumLength), !query.resume(at: cursor) {
            reader.refuse(.cursor, .cursorInvalid)
        }
        try reader.check()
        return .page(try await audit.page(query, in: call.context)) { $0.entry($1) }
    }
}

extension FieldMessage {
    fileprivate static let actorInvalid = FieldMessage(
        code: "invalid", text: "Must be client, user:ID, operator:NAME, system or another program.")
    fileprivate static let networkInvalid = FieldMessage(
        code: "invalid", text: "Must be an IP address, or one with /32 (IPv4) or /64 (IPv6) behind it.")
}

extension JSONWriter {
    fileprivate mutating func entry(_ entry: AuditEntry) {
        beginObject()
        key("id")
        integer(entry.id)
        member("at", entry.at.iso8601)
        member("event", entry.event.rawValue)
        member("actor", entry.actor)
        key("user")
        if let user = entry.user { integer(user) } else { null() }
        member("session", entry.session?.description)
        member("network", entry.network?.description)
        member("request", entry.request)
        member("cause", entry.cause)
        member("object", entry.object)
        key("changes")
        beginObject()
        for change in entry.changes {
            key(change.name)
            beginArray()
            optional(change.old)
            optional(change.new)
            endArray()
        }
        endObject()
        key("count")
        integer(Int64(entry.count))
        endObject()
    }

    private mutating func member(_ name: String, _ text: String?) {
        key(name)
        optional(text)
    }
}

extension AuditEntry {
    fileprivate static let shape = Shape.object(
        name: "AuditEntry",
        [
            Property("id", .integer, format: "int64", example: "4711", help: "The place of the entry in the log."),
            Property("at", format: "date-time", example: "2026-01-01T12:00:00Z", help: "The time."),
            Property("event", example: "rights_changed", help: "The kind of event."),
            Property(
                "actor", example: "user:42",
                help: """
                    The author: `client` (nobody proven yet), `user:` with an id, `operator:` with a name (at the command \
                    line), `system` or `another program`.
                    """),
            Property(
                "user", .integer, format: "int64", isNullable: true, example: "1",
                help: "The id of the account that the entry is about; entries outlive accounts."),
            Property(
                "session", format: "uuid", isNullable: true, example: "c1f3a9d0-52b4-8e76-31ab-60d9f7e2845c",
                help: "The session that the entry is about; for a change by a user, the session that asked."),
            Property(
                "network", isNullable: true, example: "192.0.2.1/32",
                help: "The client's IPv4 address, or the /64 of its IPv6 address."),
            Property(
                "request", isNullable: true, example: "5f0c7c0f2b1d4e8f9a6b3c2d1e0f9a8b",
                help: "The id of the request, as in the `X-Request-ID` of its answer."),
            Property(
                "cause", isNullable: true, example: "wrong_password",
                help: "The reason, where an event has several."),
            Property(
                "object", isNullable: true, example: "group:1",
                help: "The subject, if it is not an account or a session: the name of a setting, for example."),
            Property(
                "changes",
                .map(
                    of: .array(of: .nullable(.value(.string, example: "false"))),
                    help: "The value before and the value after, by name; null for none."),
                help: "The fields that changed."),
            Property("count", .integer, example: "1", help: "The number of occurrences: refusals are counted."),
        ])
}
