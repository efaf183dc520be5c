// SPDX-License-Identifier: Apache-2.0

/// Revokes tokens for clients (RFC 7009).
package struct TokenRevocationService: Sendable {
    private let identity: IdentityService
    private let logout: LogoutService
    private let sessions: any SessionStore

    package init(identity: IdentityService, logout: LogoutService, sessions: any SessionStore) {
        self.identity = identity
        self.logout = logout
        self.sessions = sessions
    }

    /// Ends the session of a token, and with it all its tokens. A token that is not live is none to revoke.
    ///
    /// The form of a token tells its kind, so no hint is needed.
    /// - Parameters:
    ///   - token: a refresh token, also an expired or spent one, or an access token.
    ///   - context: the context of the request, whose author is the client.
    /// - Returns: false for a live access token of a Django service: it has no session that could end.
    /// - Throws: ``StoreUnavailable``.
    package func revoke(_ token: String, in context: RequestContext) async throws -> Bool {
        if let refresh = RefreshToken(token) {
            _ = try await logout.logout(refresh, in: context)
            return true
        }
        let proven: Identity
        do { proven = try await identity.identity(bearer: token, in: context) } catch is AccessTokenError {
            return true
        }
        guard let session = proven.token.sessionID else { return false }
        _ = try await sessions.end(session, of: proven.user.id, in: context)
        return true
    }
}
