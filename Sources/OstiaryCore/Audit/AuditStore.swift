// SPDX-License-Identifier: Apache-2.0

/// Where audit entries are read and, for what no other transaction writes, added.
///
/// Every method may throw ``StoreUnavailable``.
public protocol AuditStore: Sendable {
    /// - Returns: entries in the order of their ids; the newest first if the query says so.
    func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry]

    /// Writes entries in one transaction; of those that have an id already, only the count grows.
    /// - Returns: their ids, in the same order.
    func add(_ entries: [AuditEntry], in context: RequestContext) async throws -> [Int64]

    /// Deletes entries from before a moment, but never the newest of a setting, which tells what others changed since.
    /// - Parameter limit: at most this many.
    /// - Returns: how many went.
    func deleteEntries(before horizon: Timestamp, limit: Int) async throws -> Int
}

/// Which entries are asked for; nil asks for all.
public struct AuditQuery: Sendable, Equatable {
    public var user: User.ID?
    /// Entries about the tries of an address that no account may have: the digest of ``AddressDigest``.
    public var object: String?
    public var event: AuditEvent?
    /// Entries of this moment or later.
    public var since: Timestamp?
    /// Entries from before this moment.
    public var until: Timestamp?
    /// Entries with a larger id.
    public var after: Int64
    /// At most this many.
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
