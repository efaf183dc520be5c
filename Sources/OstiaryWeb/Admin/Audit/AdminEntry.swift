// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// An entry of the audit log as the API describes it.
struct AdminEntry: Sendable {
    struct Change: Sendable {
        let name: String
        let old: String?
        let new: String?
    }

    let at: String?
    let event: String
    let actor: String
    /// The id of the account that the entry concerns; nil for none.
    let user: Int64?
    let session: String?
    let network: String?
    let request: String?
    let cause: String?
    let object: String?
    let changes: [Change]
    let count: Int

    init(_ object: JSONObject) {
        at = object.optionalText("at")
        event = object.text("event")
        actor = object.words("actor") ?? ""
        user = object.number("user") ?? object["user"]?.object?.number("id")
        session = object.optionalText("session")
        network = object.optionalText("network")
        request = object.optionalText("request")
        cause = object.optionalText("cause")
        self.object = object.optionalText("object")
        changes = (object["changes"]?.object?.members ?? []).map { member in
            let values = member.value.elements
            return Change(name: member.key, old: values.first?.words, new: values.dropFirst().first?.words)
        }
        count = Int(object.number("count") ?? 1)
    }

    /// The account that is the author; nil for other authors.
    var actorID: Int64? {
        actor.hasBytePrefix("user:") ? Int64(id: String(decoding: actor.utf8.dropFirst(5), as: UTF8.self)) : nil
    }
}

extension String {
    /// A name such as `account_deactivated` as words: `Account deactivated`.
    var asWords: String {
        let bytes = utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: " ") : $0 }
        guard let first = bytes.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        return String(decoding: [first - 0x20] + bytes.dropFirst(), as: UTF8.self)
    }
}
