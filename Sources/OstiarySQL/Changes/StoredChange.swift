// SPDX-License-Identifier: Apache-2.0

/// A change in the database of something that processes may keep in memory.
public struct StoredChange: Sendable, Hashable {
    /// The kind of the changed thing, such as `user`.
    public let kind: String
    /// The id of the changed thing.
    public let subject: String

    /// - Parameters:
    ///   - kind: the kind of the changed thing, such as `user`.
    ///   - subject: its id.
    public init(kind: String, subject: String) {
        self.kind = kind
        self.subject = subject
    }
}

extension StoredChange {
    /// A change of an unknown kind, after which every reader drops all that it keeps.
    static let everything = StoredChange(kind: "everything", subject: "")

    /// The longest payload in bytes; PostgreSQL takes less than 8,000.
    private static let payloadLimit = 7_900

    /// The payload of a notice of PostgreSQL. A change that is too long becomes an empty text, which readers take for
    /// an unknown kind.
    package var payload: String {
        let text = "\(kind) \(subject)"
        return text.utf8.count > Self.payloadLimit ? "" : text
    }

    package init(payload: String) {
        let parts = payload.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(kind: String(parts[0]), subject: parts.count == 2 ? String(parts[1]) : "")
    }
}

/// A message of a change feed.
package enum StoredChanges: Sendable, Hashable {
    /// Changes in the order of their commits. A change may be repeated.
    case some([StoredChange])
    /// Changes were missed: listeners must drop all that they keep.
    case everything
}

extension Migration {
    /// The table of ``SQLTransaction/announce(_:at:)`` on SQLite. PostgreSQL sends notices instead.
    package static let changeFeed = Migration(name: "0000_change_feed") { dialect in
        guard dialect == .sqlite else { return [] }
        return [
            """
            CREATE TABLE ostiary_change (
                id \(dialect.autoincrementPrimaryKey),
                kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                at BIGINT NOT NULL
            )
            """
        ]
    }
}
