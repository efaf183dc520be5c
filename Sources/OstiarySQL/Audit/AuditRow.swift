// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The columns of an audit entry in every query.
enum AuditRow {
    static let columns: StaticString =
        "id, at, event, actor, user_id, session_id, network, request, cause, object, changes, count"

    static func entry(_ row: SQLRow) throws -> AuditEntry {
        AuditEntry(
            id: try row.integer(0), at: try row.timestamp(1), event: AuditEvent(rawValue: try row.text(2)),
            actor: try row.text(3), user: try row.optionalInteger(4),
            session: try row.optionalBlob(5).flatMap(SessionID.init(bytes:)),
            network: try row.optionalText(6).map(Network.init(stored:)), request: try row.optionalText(7),
            cause: try row.optionalText(8), object: try row.optionalText(9),
            changes: try row.optionalText(10).map(changes) ?? [], count: Int(clamping: try row.integer(11))
        )
    }

    /// The changes as JSON, such as `{"username":["old","new"]}`; nil if there are none.
    static func text(of changes: [AuditChange]) -> String? {
        guard !changes.isEmpty else { return nil }
        var json = JSONWriter()
        json.beginObject()
        for change in changes {
            json.key(change.name)
            json.beginArray()
            for value in [change.old, change.new] {
                if let value { json.string(value) } else { json.null() }
            }
            json.endArray()
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func changes(_ text: String) throws(SQLError) -> [AuditChange] {
        guard case .object(let object)? = try? JSONReader.read(Array(text.utf8)) else {
            throw SQLError(.decoding, detail: "changes are no JSON object")
        }
        return object.members.compactMap { member in
            guard case .array(let pair) = member.value, pair.count == 2 else { return nil }
            return AuditChange(member.key, from: pair[0].text, to: pair[1].text)
        }.sorted { $0.name < $1.name }
    }
}

extension JSONValue {
    fileprivate var text: String? { if case .string(let string) = self { string.text } else { nil } }
}
