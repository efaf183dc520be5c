// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP

extension AdminVisit {
    /// `/admin/audit/`.
    mutating func audit() async throws -> OutgoingResponse {
        let query = ListQuery(request.visit.target, names: AuditView.parameters)
        let reply = await ask(.get, AdminAPI.audit.asking(query.forAPI))
        guard reply.isDone || reply.status == .badRequest else { throw AdminRefusal(reply: reply) }
        let view = AuditView(
            frame: frame.heading("Audit log"), query: query,
            entries: reply.document.objects("results").map(AdminEntry.init),
            next: reply.document.optionalText("next"), isCutShort: reply.document.flag("cut_short"),
            problems: reply.isDone ? .none : reply.problems, own: own)
        return show(view.html, reply.status)
    }
}
