// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The text of audit entries, as commands print them.
enum AuditText {
    static let titles = ["WHEN", "EVENT", "COUNT", "WHO", "USER", "FROM", "CAUSE", "WHAT"]

    static func cells(_ entry: AuditEntry) -> [String] {
        let changes = entry.changes.map { "\($0.name): \($0.old ?? "none") → \($0.new ?? "none")" }
        // The change of a setting contains the setting's name already.
        let object = entry.event == .settingChanged ? nil : entry.object
        let what = ([object, entry.session.map { "session \($0)" }].compactMap { $0 } + changes).joined(separator: ", ")
        return [
            entry.at.iso8601, entry.event.rawValue, String(entry.count), entry.actor,
            entry.user.map(String.init) ?? "-", entry.network?.description ?? "-", entry.cause ?? "-", what,
        ]
    }

    static func line(_ entry: AuditEntry) -> String {
        cells(entry).map(\.printable).joined(separator: "  ")
    }

    static func json(_ entry: AuditEntry) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", entry.id)
        json.member("at", entry.at.iso8601)
        json.member("event", entry.event.rawValue)
        json.member("actor", entry.actor)
        json.key("user")
        if let user = entry.user { json.integer(user) } else { json.null() }
        for (name, value) in [
            ("session", entry.session?.description), ("network", entry.network?.description),
            ("request", entry.request), ("cause", entry.cause), ("object", entry.object),
        ] {
            json.key(name)
            if let value { json.string(value) } else { json.null() }
        }
        json.key("changes")
        json.beginObject()
        for change in entry.changes {
            json.key(change.name)
            json.beginArray()
            for value in [change.old, change.new] {
                if let value { json.string(value) } else { json.null() }
            }
            json.endArray()
        }
        json.endObject()
        json.member("count", Int64(entry.count))
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
