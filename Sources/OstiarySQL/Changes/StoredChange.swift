// SPDX-License-Identifier: Apache-2.0

/// That something others may hold in memory is now different in the database.
public struct StoredChange: Sendable, Hashable {
    /// What sort of thing: `user`, `session`, …
    public let kind: String
    /// Which one of them.
    public let subject: String

    public init(kind: String, subject: String) {
        self.kind = kind
        self.subject = subject
    }
}

extension StoredChange {
    /// Of no kind that a reader knows, so that each forgets all.
    static let everything = StoredChange(kind: "everything", subject: "")

    /// PostgreSQL takes less than 8,000 bytes.
    private static let payloadLimit = 7_900

    /// As a notice of PostgreSQL carries it. What does not fit is of no kind, which every reader takes for everything.
    package var payload: String {
        let text = "\(kind) \(subject)"
        return text.utf8.count > Self.payloadLimit ? "" : text
    }

    package init(payload: String) {
        let parts = payload.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(kind: String(parts[0]), subject: parts.count == 2 ? String(parts[1]) : "")
    }
}

/// What a listener of a change feed is told.
package enum StoredChanges: Sendable, Hashable {
    /// In the order of their commits. One may be told twice.
    case some([StoredChange])
    /// It is not known what: forget all.
    case everything
}

extension Migration {
    /// The table behind ``SQLTransaction/announce(_:at:)``; it belongs before the first migration whose code announces.
    /// PostgreSQL needs none.
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
