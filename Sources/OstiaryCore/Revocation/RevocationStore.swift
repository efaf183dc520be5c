// SPDX-License-Identifier: Apache-2.0

/// The kind of a thing that was revoked before its tokens have expired.
package enum RevocationKind: String, Sendable, Hashable, CaseIterable {
    /// A session has ended.
    case session
    /// An account was deactivated or deleted.
    case user
    /// A key was revoked.
    case key
}

/// An entry in the list of what is revoked.
package struct Revocation: Sendable, Hashable {
    package var kind: RevocationKind
    /// The id of the session as tokens have it, of the account, or of the key.
    package var subject: String
    /// The time of the revocation: tokens of the subject that were issued before are refused.
    package var at: Timestamp
    /// The time after which no token of the subject lives.
    package var expiresAt: Timestamp

    package init(kind: RevocationKind, subject: String, at: Timestamp, expiresAt: Timestamp) {
        self.kind = kind
        self.subject = subject
        self.at = at
        self.expiresAt = expiresAt
    }
}

/// A part of the list of what is revoked.
package struct RevocationPage: Sendable, Hashable {
    /// The entries whose tokens may live.
    package var entries: [Revocation]
    /// The place behind the page: an opaque text of at most 1,024 characters of base64url.
    package var cursor: String
    /// True if the list is read from its start: what a reader has had before may be outdated.
    package var isComplete: Bool
    /// True if there are further entries already.
    package var hasMore: Bool

    package init(entries: [Revocation], cursor: String, isComplete: Bool, hasMore: Bool) {
        self.entries = entries
        self.cursor = cursor
        self.isComplete = isComplete
        self.hasMore = hasMore
    }
}

/// The list of sessions, accounts and keys that were revoked, from which programs that verify tokens by themselves hear
/// of it. The stores of those add the entries in the transactions that revoke.
package protocol RevocationStore: Sendable {
    /// Reads the entries that have become visible since another page was read. An entry may come again; none is left
    /// out, in whatever order its transaction was committed.
    /// - Parameters:
    ///   - cursor: the cursor of the page before; nil for the start of the list. The list starts anew for a cursor of
    ///     another database, and for one that is older than the list.
    ///   - limit: the most rows that are read.
    ///   - context: the context of the call: time, deadline.
    /// - Returns: nil if the text is no cursor.
    /// - Throws: ``StoreUnavailable``.
    func page(after cursor: String?, limit: Int, in context: RequestContext) async throws -> RevocationPage?
    /// Deletes entries of which no token lives.
    /// - Returns: the number of deleted entries.
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int
    /// Prepares the list after a database has come from another server; called before the first page is read.
    func renumber() async throws
}
