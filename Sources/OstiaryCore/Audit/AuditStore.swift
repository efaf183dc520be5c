// SPDX-License-Identifier: Apache-2.0

/// The store of audit entries. Entries of an effect are written by the transaction of the effect; ``add(_:in:)`` is for
/// those without one.
///
/// Every method may throw ``StoreUnavailable``.
public protocol AuditStore: Sendable {
    /// - Returns: the entries that match, in the order of their ids or, if the query asks so, the newest first.
    func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry]

    /// Lists the entries that match, the newest first, a page at a time.
    ///
    /// Entries that are out of their order by more than `AuditQuery.disorder` may be missing from a page that
    /// ``AuditQuery/since`` or ``AuditQuery/until`` bounds.
    func page(_ query: AuditQuery, in context: RequestContext) async throws -> ListPage<AuditEntry>

    /// Counts logins, and refused and throttled logins, by hour.
    /// - Parameters:
    ///   - start: the beginning of the first hour.
    ///   - hours: the number of hours.
    ///   - reach: the most entries to look at, the newest first.
    ///   - context: the context of the call: author, time, deadline.
    func logins(
        from start: Timestamp, hours: Int, reach: Int, in context: RequestContext
    ) async throws -> LoginHours

    /// Writes entries in one transaction. An entry that has an id is not written again: its count is added to the row.
    /// - Returns: the ids, in the order of the entries.
    func add(_ entries: [AuditEntry], in context: RequestContext) async throws -> [Int64]

    /// Deletes entries from before a moment, except the newest entry of each setting: later changes are found by it.
    /// - Parameters:
    ///   - horizon: the moment before which entries go.
    ///   - limit: the most entries to delete.
    /// - Returns: the number of deleted entries.
    func deleteEntries(before horizon: Timestamp, limit: Int) async throws -> Int
}

/// A selection of audit entries; nil in a field selects all.
public struct AuditQuery: Sendable, Equatable {
    /// Entries that concern this account.
    public var user: User.ID?
    /// Entries about this object; with ``user`` too, entries about either.
    public var object: String?
    /// Entries of this kind.
    public var event: AuditEvent?
    /// The author of the entries, such as `user:42`.
    public var actor: String?
    /// Entries that concern this session.
    public var session: SessionID?
    /// The network of the client.
    public var network: Network?
    /// Entries from this moment on.
    public var since: Timestamp?
    /// Entries from before this moment.
    public var until: Timestamp?
    /// Entries with a larger id.
    public var after: Int64
    /// Entries with a smaller id.
    public var before: Int64?
    /// The most entries to return.
    public var limit: Int
    /// Ignored by ``AuditStore/page(_:in:)``.
    public var isNewestFirst: Bool
    /// The most entries that ``AuditStore/page(_:in:)`` looks at, where no index leads to those that match.
    public var reach = ListLimits().reach

    /// The seconds by which the entry of a slow request or of a server with another clock may be older than the one
    /// before it.
    package static let disorder = 600

    /// - Parameters:
    ///   - user: the account that the entries concern.
    ///   - object: the object that they concern; with `user` too, entries about either.
    ///   - event: their kind.
    ///   - actor: their author, such as `user:42`.
    ///   - session: the session that they concern.
    ///   - network: the network of the client.
    ///   - since: the moment from which on entries match.
    ///   - until: the moment before which entries match.
    ///   - after: the id that those of all entries exceed.
    ///   - before: the id that exceeds those of all entries.
    ///   - limit: the most entries to return.
    ///   - isNewestFirst: true for the newest entry first.
    public init(
        user: User.ID? = nil, object: String? = nil, event: AuditEvent? = nil, actor: String? = nil,
        session: SessionID? = nil, network: Network? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        after: Int64 = 0, before: Int64? = nil, limit: Int = ListLimits().page, isNewestFirst: Bool = true
    ) {
        self.user = user
        self.object = object
        self.event = event
        self.actor = actor
        self.session = session
        self.network = network
        self.since = since
        self.until = until
        self.after = after
        self.before = before
        self.limit = limit
        self.isNewestFirst = isNewestFirst
    }
}

extension AuditQuery {
    private static let (list, order) = ("audit", "-id")

    /// Begins the page behind a cursor.
    /// - Parameter text: the text of a client.
    /// - Returns: false if the text is no cursor of this list; nothing is changed then.
    public mutating func resume(at text: String) -> Bool {
        guard let cursor = PageCursor(text, list: Self.list, order: Self.order), cursor.keys.count == 1,
            case .integer(let id) = cursor.keys[0]
        else { return false }
        before = id
        return true
    }

    /// The cursor behind an entry.
    package static func cursor(behind id: Int64) -> PageCursor {
        PageCursor(list: list, order: order, keys: [.integer(id)])
    }
}
