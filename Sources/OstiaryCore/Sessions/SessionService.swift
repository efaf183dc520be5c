/// What users may do with their own sessions.
public struct SessionService: Sendable {
    /// Nobody reads more; a flood of logins must not make an answer large.
    private static let limit = 200

    private let sessions: any SessionStore
    private let audit: Audit
    private let now: WallClock

    public init(sessions: any SessionStore, audit: Audit, now: @escaping WallClock = Timestamp.now) {
        self.sessions = sessions
        self.audit = audit
        self.now = now
    }

    /// The 200 used last, the newest first.
    /// - Throws: ``StoreUnavailable``.
    public func list(of user: User.ID) async throws -> [SessionRecord] {
        try await sessions.list(of: user, at: now(), limit: Self.limit)
    }

    /// - Returns: false when the user has no such session.
    /// - Throws: ``StoreUnavailable``.
    public func end(_ session: SessionID, of user: User.ID) async throws -> Bool {
        guard try await sessions.end(session, of: user, at: now()) else { return false }
        audit.record(.loggedOut(session))
        return true
    }

    /// - Parameter kept: the one that goes on; nil to end all.
    /// - Throws: ``StoreUnavailable``.
    public func endAll(of user: User.ID, but kept: SessionID?) async throws {
        try await sessions.endAll(of: user, but: kept, at: now())
        audit.record(.sessionsEnded(user))
    }
}
