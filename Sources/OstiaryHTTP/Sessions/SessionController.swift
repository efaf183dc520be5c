import HTTPTypes
public import OstiaryCore

/// `GET` and `DELETE /api/sessions/`, `DELETE /api/sessions/{id}/`
public struct SessionController: Sendable {
    private let sessions: SessionService

    public init(sessions: SessionService) { self.sessions = sessions }

    public var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/api/sessions/", name: "Sessions", parsers: [], handler: list),
            Endpoint(.delete, "/api/sessions/", name: "Sessions", parsers: [], handler: endAll),
            Endpoint(.delete, "/api/sessions/{id}/", name: "Session", parsers: [], handler: end),
        ]
    }

    private func list(_ call: Call, _ identity: Identity) async throws -> Answer {
        let records = try await sessions.list(of: identity.user.id)
        return Answer { json in
            json.beginArray()
            for record in records { json.session(record, isCurrent: record.id == identity.token.sessionID) }
            json.endArray()
        }
    }

    private func end(_ call: Call, _ identity: Identity) async throws -> Answer {
        guard let id = call.argument.flatMap(SessionID.init), try await sessions.end(id, of: identity.user.id) else {
            throw Refusal.notFound
        }
        return .nothing
    }

    /// All others; with `?all=true` the one that asks too.
    private func endAll(_ call: Call, _ identity: Identity) async throws -> Answer {
        let kept = call.query("all") == "true" ? nil : identity.token.sessionID
        try await sessions.endAll(of: identity.user.id, but: kept)
        return .nothing
    }
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

    private mutating func optional(_ text: String?) {
        if let text { string(text) } else { null() }
    }
}
