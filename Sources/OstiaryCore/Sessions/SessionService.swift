// SPDX-License-Identifier: Apache-2.0

/// Sessions: those of one user for that user, and those of all users for administrators.
public struct SessionService: Sendable {
    /// The most sessions on one page.
    public static let pageSize = 200

    private let sessions: any SessionStore

    package init(sessions: any SessionStore) { self.sessions = sessions }

    /// Lists the live sessions of a user by page, the one used last first.
    /// - Parameters:
    ///   - user: the id of the account.
    ///   - last: the last session of the page before; nil for the first page.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: at most ``pageSize`` sessions; `isMore` is true if further ones follow.
    /// - Throws: ``StoreUnavailable``.
    public func list(
        of user: User.ID, after last: SessionID? = nil, in context: RequestContext
    ) async throws -> (records: [SessionRecord], isMore: Bool) {
        let records = try await sessions.list(of: user, after: last, limit: Self.pageSize + 1, in: context)
        return (Array(records.prefix(Self.pageSize)), records.count > Self.pageSize)
    }

    /// Ends one session of a user.
    /// - Returns: false if the user has no such live session.
    /// - Throws: ``StoreUnavailable``.
    public func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        try await sessions.end(session, of: user, in: context)
    }

    /// Ends the sessions of a user.
    /// - Parameters:
    ///   - user: the id of the account.
    ///   - kept: a session to leave open; nil ends all.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the number of live sessions that have ended.
    /// - Throws: ``StoreUnavailable``.
    @discardableResult
    public func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws -> Int {
        try await sessions.endAll(of: user, but: kept, in: context)
    }

    /// Lists the live sessions that match a query by page, the one that started last first.
    /// - Throws: ``StoreUnavailable``.
    public func list(_ query: SessionQuery, in context: RequestContext) async throws -> ListPage<ListedSession> {
        try await sessions.sessions(query, in: context)
    }

    /// The most sessions that one transaction ends for an administrator: few enough that no login waits for it.
    private static let portion = 100

    /// Ends sessions of any users, as an administrator, in small transactions.
    /// - Returns: the numbers of sessions. Those that the author may not touch stay as they are.
    /// - Throws: ``StoreUnavailable``; sessions of earlier transactions have ended then.
    public func end(_ ids: [SessionID], in context: RequestContext) async throws -> ActionCounts {
        var counts = ActionCounts()
        var rest = ids[...]
        while !rest.isEmpty {
            counts = counts + (try await sessions.end(Array(rest.prefix(Self.portion)), in: context.renewed))
            rest = rest.dropFirst(Self.portion)
        }
        return counts
    }
}
