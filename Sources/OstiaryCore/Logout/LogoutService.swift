// SPDX-License-Identifier: Apache-2.0

/// Ends the session of a refresh token, and with it the session's access tokens (RFC 7009 §2.1).
public struct LogoutService: Sendable {
    private let sessions: any SessionStore

    package init(sessions: any SessionStore) { self.sessions = sessions }

    /// - Returns: true if the token was live. A spent token ends the session too, but is answered like an unknown one.
    /// - Throws: ``StoreUnavailable``.
    public func logout(_ token: RefreshToken, in context: RequestContext) async throws -> Bool {
        switch try await sessions.end(token: token.digest, in: context) {
        case .ended: return true
        case .endedBySpentToken: return false
        case .unknown: break
        }
        if try await sessions.end(legacyToken: token, in: context) { return true }
        // A refresh may have taken the token of a Django service between the two looks.
        _ = try await sessions.end(token: token.digest, in: context)
        return false
    }
}
