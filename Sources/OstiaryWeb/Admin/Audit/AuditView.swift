// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// `/admin/audit/`: who did what, the newest first.
struct AuditView {
    let frame: Frame
    let query: ListQuery
    let entries: [AdminEntry]
    let next: String?
    let isCutShort: Bool
    let problems: FormProblems
    let own: OwnRights

    static let parameters = ["user", "actor", "event", "address", "session", "since", "until"]

    var filters: [FieldView] {
        var events = [(value: "", name: "Any")] + AuditEvent.all.map { (value: $0.rawValue, name: $0.rawValue.asWords) }
        let chosen = query["event"]
        if !events.contains(where: { $0.value.hasSameBytes(as: chosen) }) { events.append((chosen, chosen)) }
        return [
            field("event", "Event", .choice(events)), field("user", "Account (ID)", .text),
            field("actor", "Author, such as user:42", .text), field("address", "Address", .text),
            field("session", "Session", .text), field("since", "From (UTC)", .minute),
            field("until", "Until (UTC)", .minute),
        ]
    }

    private func field(_ name: String, _ label: String, _ kind: FieldView.Kind) -> FieldView {
        FieldView(name: name, label: label, kind: kind, value: query[name], problems: problems[name])
    }
}
