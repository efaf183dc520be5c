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

/// What a listener of a change feed is told.
public enum StoredChanges: Sendable, Hashable {
    /// In the order of their commits. One may be told twice.
    case some([StoredChange])
    /// It is not known what: forget all.
    case everything
}

extension Migration {
    /// The table behind ``SQLTransaction/announce(_:at:)``; it belongs before the first migration whose code announces.
    public static let changeFeed = Migration(name: "0000_change_feed") { dialect in
        [
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
