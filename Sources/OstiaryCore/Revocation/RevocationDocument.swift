// SPDX-License-Identifier: Apache-2.0

extension TokenKind {
    /// Pages of the feed of revocations: `typ` is `revocations+jwt`.
    package static let revocations = TokenKind(type: "revocations+jwt")
}

extension RevocationPage {
    /// Writes the claims of the signed page (docs/features/revocations.md).
    /// - Parameters:
    ///   - issuer: `iss`.
    ///   - now: `iat`.
    func payload(issuer: String, at now: Timestamp) -> [UInt8] {
        var sessions: [String: Int64] = [:]
        var users: [String: (before: Int64, until: Int64)] = [:]
        var keys: [String: Int64] = [:]
        for entry in entries {
            let (subject, until) = (entry.subject, entry.expiresAt.seconds + 1)
            switch entry.kind {
            case .session: sessions[subject] = max(sessions[subject] ?? 0, until)
            case .user:
                let known = users[subject] ?? (0, 0)
                // `iat` is in whole seconds: a token of this second may be older than the revocation.
                users[subject] = (max(known.before, entry.at.seconds + 1), max(known.until, until))
            case .key: keys[subject] = max(keys[subject] ?? 0, until)
            }
        }
        var json = JSONWriter()
        json.beginObject()
        json.key("iss")
        json.string(issuer)
        json.key("iat")
        json.integer(now.seconds)
        json.key("cursor")
        json.string(cursor)
        json.key("complete")
        json.bool(isComplete)
        json.key("more")
        json.bool(hasMore)
        json.key("sessions")
        json.object(of: sessions) { $0.integer($1) }
        json.key("users")
        json.object(of: users) { json, times in
            json.beginArray()
            json.integer(times.before)
            json.integer(times.until)
            json.endArray()
        }
        json.key("keys")
        json.object(of: keys) { $0.integer($1) }
        json.endObject()
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func object<Value>(of values: [String: Value], _ write: (inout JSONWriter, Value) -> Void) {
        beginObject()
        for (name, value) in values {
            key(name)
            write(&self, value)
        }
        endObject()
    }
}
