// SPDX-License-Identifier: Apache-2.0

/// The store of audit entries. Entries of an effect are written by the transaction of the effect; ``add(_:in:)`` is for
/// those without one.
///
/// Every method may throw ``StoreUnavailable``.
public protocol AuditStore: Sendable {
    /// - Returns: the entries that match, in the order of their ids or, if the query asks so, the newest first.
    func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry]

    /// Writes entries in one transaction. An entry that has an id is not written again: its count is added to the row.
    /// - Returns: the ids, in the order of the entries.
    func add(_ entries: [AuditEntry], in context: RequestContext) async throws -> [Int64]

    /// Deletes entries from before a moment, except the newest entry of each setting: later changes are found by it.
    /// - Parameter limit: the most entries to delete.
    /// - Returns: the number of deleted entries.
    func deleteEntries(before horizon: Timestamp, limit: Int) async throws -> Int
}

/// A selection of audit entries; nil in a field selects all.
public struct AuditQuery: Sendable, Equatable {
    public var user: User.ID?
    /// Entries about this object; with ``user`` too, entries about either.
    public var object: String?
    public var event: AuditEvent?
    /// Entries from this moment on.
    public var since: Timestamp?
    /// Entries from before this moment.
    public var until: Timestamp?
    /// Entries with a larger id.
    public var after: Int64
    /// The most entries to return.
    public var limit: Int
    public var isNewestFirst: Bool

    public init(
        user: User.ID? = nil, object: String? = nil, event: AuditEvent? = nil, since: Timestamp? = nil,
        until: Timestamp? = nil, after: Int64 = 0, limit: Int, isNewestFirst: Bool = true
    ) {
        self.user = user
        self.object = object
        self.event = event
        self.since = since
        self.until = until
        self.after = after
        self.limit = limit
        self.isNewestFirst = isNewestFirst
    }
}
