// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP

extension AdminVisit {
    /// `/admin/sessions/`.
    mutating func sessions() async throws -> OutgoingResponse {
        let query = ListQuery(request.visit.target, names: SessionListView.parameters)
        if let form {
            try demand(.deleteSession)
            return try await endSessions(form, back: AdminSection.sessions.path.asking(query.text(at: query.cursor)))
        }
        let reply = await ask(.get, AdminAPI.sessions.asking(query.forAPI))
        guard reply.isDone || reply.status == .badRequest else { throw AdminRefusal(reply: reply) }
        let view = SessionListView(
            frame: frame.heading("Sessions"), query: query,
            sessions: reply.document.objects("results").map(AdminSession.init),
            next: reply.document.optionalText("next"), isCutShort: reply.document.flag("cut_short"),
            problems: reply.isDone ? .none : reply.problems, own: own)
        return show(view.html, reply.status)
    }

    private func endSessions(_ form: PageForm, back: String) async throws -> OutgoingResponse {
        if let id = form["only"] {
            let reply = await ask(.delete, AdminAPI.session(id))
            if reply.status == .notFound { return leave(to: back, AdminNotice(.sessionGone)) }
            guard reply.isDone else { throw AdminRefusal(reply: reply) }
            return leave(to: back, AdminNotice(.sessionsEnded, 1))
        }
        if let user = form["account"].flatMap({ Int64(id: $0) }) {
            guard form["confirmed"] != nil else { return try await askBeforeEnding(user, back) }
            return try await end(["action": "end", "user": .number(.init(user))], back)
        }
        let ids = form.all("ids")
        guard !ids.isEmpty else { return leave(to: back, AdminNotice(.nothingTicked)) }
        return try await end(["action": "end", "ids": .array(ids.map { .init($0) })], back)
    }

    private func end(_ body: JSONValue, _ back: String) async throws -> OutgoingResponse {
        let reply = await ask(.post, AdminAPI.sessionActions, body)
        guard reply.isDone else { throw AdminRefusal(reply: reply) }
        return leave(to: back, AdminNotice(.sessionsEnded, reply.document))
    }

    private func askBeforeEnding(_ id: Int64, _ back: String) async throws -> OutgoingResponse {
        let user = own.allows(.viewUser) ? AdminUser(try await read(AdminAPI.user(id))) : nil
        let view = SessionsEndView(
            frame: frame.titled("End sessions"), user: id, name: user?.email ?? "account \(id)",
            count: user?.sessionCount ?? "all its sessions", action: back)
        return show(view.html)
    }
}
