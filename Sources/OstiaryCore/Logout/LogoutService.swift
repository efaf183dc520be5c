// SPDX-License-Identifier: Apache-2.0

/// Ends the session of a refresh token (RFC 7009 §2.1: with it end the session's access tokens).
public struct LogoutService: Sendable {
    private let sessions: any SessionStore
    private let audit: Audit

    public init(sessions: any SessionStore, audit: Audit) {
        self.sessions = sessions
        self.audit = audit
    }

    /// - Returns: whether the token was live. A spent one ends the session too, but is answered as an unknown one.
    /// - Throws: ``StoreUnavailable``.
    public func logout(_ token: RefreshToken, in context: RequestContext) async throws -> Bool {
        switch try await sessions.end(token: token.digest, in: context) {
        case .ended(let session):
            audit.record(.loggedOut(session), in: context)
            return true
        case .endedBySpentToken(let session):
            audit.record(.loggedOut(session), in: context)
            return false
        case .unknown:
            return false
        }
    }
}
