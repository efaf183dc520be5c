// SPDX-License-Identifier: Apache-2.0

/// What users may do with their own sessions.
public struct SessionService: Sendable {
    /// Of one page: a flood of logins must not make an answer large.
    public static let pageSize = 200

    private let sessions: any SessionStore

    package init(sessions: any SessionStore) { self.sessions = sessions }

    /// The sessions that can still be used, the one used last first, in pages.
    /// - Parameter last: the last one of the page before; nil for the first page.
    /// - Returns: at most ``pageSize``, and whether more follow.
    /// - Throws: ``StoreUnavailable``.
    public func list(
        of user: User.ID, after last: SessionID? = nil, in context: RequestContext
    ) async throws -> (records: [SessionRecord], isMore: Bool) {
        let records = try await sessions.list(of: user, after: last, limit: Self.pageSize + 1, in: context)
        return (Array(records.prefix(Self.pageSize)), records.count > Self.pageSize)
    }

    /// - Returns: false when the user has no such session.
    /// - Throws: ``StoreUnavailable``.
    public func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool {
        try await sessions.end(session, of: user, in: context)
    }

    /// - Parameter kept: the one that goes on; nil to end all.
    /// - Throws: ``StoreUnavailable``.
    public func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws {
        try await sessions.endAll(of: user, but: kept, in: context)
    }
}
