// SPDX-License-Identifier: Apache-2.0

/// Begins sessions: draws their ids and tokens, and has a store open them by a proof.
package struct SessionOpener: Sendable {
    private let issuer: TokenIssuer
    private let settings: DynamicSettings
    private let now: WallClock

    package init(issuer: TokenIssuer, settings: DynamicSettings, now: @escaping WallClock = Timestamp.now) {
        self.issuer = issuer
        self.settings = settings
        self.now = now
    }

    /// - Parameters:
    ///   - proof: the store looks whether it still holds.
    ///   - network: to be remembered as known for the account; nil for none.
    ///   - transaction: opens the session, with whatever else belongs to it. The session begins when this is called: what
    ///     a proof was made of may have been waited for.
    /// - Returns: nil where the proof does not hold any more.
    /// - Throws: what the transaction throws.
    func open(
        for user: User.ID, by proof: AuthenticationProof, from network: Network?, in context: RequestContext,
        _ transaction: (NewSession, RequestContext) async throws -> SessionOpening
    ) async throws -> TokenPair? {
        let now = self.now()
        let snapshot = settings.snapshot
        let session = AuthenticatedSession(
            id: issuer.sessionID(), user: user, authentication: Authentication(at: now))
        let refreshToken = issuer.refreshToken()
        let expiry = snapshot.lifetimes.expiry(sessionStartedAt: now, now: now)
        let new = NewSession(
            session, proof: proof, refreshToken: refreshToken.digest, expiry: expiry, network: network,
            limit: snapshot.sessionLimit)
        guard try await transaction(new, context.at(now)) == .opened else { return nil }
        return issuer.pair(refreshToken, of: session, accessExpiresAt: expiry.accessToken, now: now)
    }
}
