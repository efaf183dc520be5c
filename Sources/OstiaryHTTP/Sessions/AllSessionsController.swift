// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
package import OstiaryCore

/// `/api/admin/sessions/`: the sessions of all users, for administrators.
package struct AllSessionsController: Sendable {
    private let sessions: SessionService
    private let accounts: AccountService

    package init(sessions: SessionService, accounts: AccountService) {
        self.sessions = sessions
        self.accounts = accounts
    }

    /// The operations of the endpoints.
    package static let operations = [listing, ending, acting]

    package var endpoints: [Endpoint] {
        [
            Endpoint(Self.listing) { call, _ in try await list(call) },
            Endpoint(Self.ending) { call, _ in try await end(call) },
            Endpoint(Self.acting) { call, _ in try await act(call) },
        ]
    }

    private func list(_ call: Call) async throws -> Answer {
        var reader = call.parameters()
        var query = SessionQuery()
        query.user = reader.integer(Self.userFilter)
        query.address = reader.value(Self.addressFilter, .addressInvalid, IPAddress.init)
        query.startedBefore = reader.dateTime(Self.startedBefore)
        query.startedAfter = reader.dateTime(Self.startedAfter)
        if let cursor = reader.text(.cursor, atMost: PageCursor.maximumLength), !query.resume(at: cursor) {
            reader.refuse(.cursor, .cursorInvalid)
        }
        try reader.check()
        return .page(try await sessions.list(query, in: call.context)) { $0.session($1) }
    }

    private func end(_ call: Call) async throws -> Answer {
        guard let id = call.argument.flatMap(SessionID.init) else { throw Refusal.notFound }
        let counts = try await sessions.end([id], in: call.context)
        guard counts.refused == 0 else { throw AdministrationRefusal.denied }
        guard counts.done == 1 else { throw Refusal.notFound }
        return .nothing
    }

    private func act(_ call: Call) async throws -> Answer {
        var fields = try call.fields()
        _ = fields.choice(Self.action)
        let ids = fields.sessions(Self.ids)
        let user = fields.integer(Self.user)
        if !fields.hasErrors, (ids == nil) == (user == nil) {
            fields.refuse(Self.ids, FieldMessage(code: "invalid", text: "Send either ids or user."))
        }
        try fields.check()
        if let user { return .counts(try await accounts.perform(.endSessions, on: [user], in: call.context)) }
        return .counts(try await sessions.end(ids ?? [], in: call.context))
    }
}

extension FieldReader {
    /// Reads a list of ids of sessions, each once.
    fileprivate mutating func sessions(_ field: Field) -> [SessionID]? {
        guard let texts = texts(field) else { return nil }
        var seen: Set<SessionID> = []
        var ids: [SessionID] = []
        for (index, text) in texts.enumerated() {
            guard let id = SessionID(text) else {
                refuse(field, FieldMessage.sessionInvalid.explained("Element \(index + 1) is not the id of a session."))
                return nil
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        return ids
    }
}

extension FieldMessage {
    static let sessionInvalid = FieldMessage(code: "invalid", text: "Must be the id of a session.")
    static let addressInvalid = FieldMessage(code: "invalid", text: "Must be an IP address.")
}

extension JSONWriter {
    fileprivate mutating func session(_ session: ListedSession) {
        let (record, origin) = (session.record, session.record.origin)
        beginObject()
        key("id")
        string(record.id.description)
        key("user")
        beginObject()
        key("id")
        integer(session.user)
        key("email")
        string(session.email)
        endObject()
        for (name, text) in [
            ("started_at", record.startedAt.iso8601), ("last_used_at", record.lastUsedAt.iso8601),
            ("address", origin.address?.description), ("user_agent", origin.userAgent), ("browser", origin.browser),
        ] {
            key(name)
            optional(text)
        }
        key("amr")
        strings(session.authentication.methods.map(\.rawValue))
        endObject()
    }
}
