// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension Change {
    /// The form in which a change feed carries the change.
    package var stored: StoredChange {
        switch self {
        case .user(let id): StoredChange(kind: "user", subject: String(id))
        case .sessionEnded(let id): StoredChange(kind: "session_ended", subject: id.description)
        case .setting(let name): StoredChange(kind: "setting", subject: name)
        case .unlocks: StoredChange(kind: "unlocks", subject: "")
        case .keys: StoredChange(kind: "keys", subject: "")
        case .clients: StoredChange(kind: "clients", subject: "")
        }
    }

    package init?(_ stored: StoredChange) {
        switch stored.kind {
        case "user":
            guard let id = Int64(stored.subject) else { return nil }
            self = .user(id)
        case "session_ended":
            guard let id = SessionID(stored.subject) else { return nil }
            self = .sessionEnded(id)
        case "setting": self = .setting(stored.subject)
        case "unlocks": self = .unlocks
        case "keys": self = .keys
        case "clients": self = .clients
        default: return nil
        }
    }
}

extension ChangeNotice {
    /// Reads a message of a change feed. An unknown kind comes from another release and counts as `everything`.
    package init(_ stored: StoredChanges) {
        switch stored {
        case .everything: self = .everything
        case .some(let list):
            let changes = list.compactMap(Change.init)
            self = changes.count == list.count ? .changes(changes) : .everything
        }
    }
}

extension SQLTransaction {
    func announce(_ change: Change, at now: Timestamp) throws {
        try announce(change.stored, at: now)
    }
}
