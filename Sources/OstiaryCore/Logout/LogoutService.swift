// SPDX-License-Identifier: Apache-2.0

/// Ends the session of a refresh token (RFC 7009 §2.1: with it end the session's access tokens).
public struct LogoutService: Sendable {
    private let sessions: any SessionStore
    private let audit: Audit
    private let now: WallClock

    public init(sessions: any SessionStore, audit: Audit, now: @escaping WallClock = Timestamp.now) {
        self.sessions = sessions
        self.audit = audit
        self.now = now
    }

    /// - Returns: whether the token was live. A spent one ends the session too, but is answered as an unknown one.
    /// - Throws: ``StoreUnavailable``.
    public func logout(_ token: RefreshToken) async throws -> Bool {
        switch try await sessions.end(token: token.digest, at: now()) {
        case .ended(let session):
            audit.record(.loggedOut(session))
            return true
        case .endedBySpentToken(let session):
            audit.record(.loggedOut(session))
            return false
        case .unknown:
            return false
        }
    }
}
