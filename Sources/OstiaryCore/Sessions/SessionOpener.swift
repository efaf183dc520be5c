// SPDX-License-Identifier: Apache-2.0

/// Opens sessions: makes ids and tokens, and lets a store open the session by a proof.
package struct SessionOpener: Sendable {
    private let issuer: TokenIssuer
    private let settings: DynamicSettings
    private let notices: Notices
    private let now: WallClock
    private let sharesTokens: Bool

    /// - Parameter sharesTokens: true to give the store the tokens themselves, which it shares with a Django service.
    package init(
        issuer: TokenIssuer, settings: DynamicSettings, notices: Notices = .off, sharesTokens: Bool = false,
        now: @escaping WallClock = Timestamp.now
    ) {
        self.sharesTokens = sharesTokens
        self.notices = notices
        self.issuer = issuer
        self.settings = settings
        self.now = now
    }

    /// - Parameters:
    ///   - proof: the evidence, which the store checks.
    ///   - methods: the methods of the authentication.
    ///   - network: the network to record as known for the account; nil for none.
    ///   - notice: the message that tells the owner; nil for none.
    ///   - transaction: the call of the store that opens the session. The session begins at the time of this call, not
    ///     of the request, which may have waited for a hash.
    /// - Returns: nil if the proof does not hold any more.
    /// - Throws: the error of the transaction.
    package func open(
        for user: User.ID, by proof: AuthenticationProof, methods: [AuthenticationMethod] = [.password],
        from network: Network?, notice: MailKind? = nil, in context: RequestContext,
        _ transaction: (NewSession, RequestContext) async throws -> SessionOpening
    ) async throws -> TokenPair? {
        let now = self.now()
        let snapshot = settings.snapshot
        var session = AuthenticatedSession(
            id: issuer.sessionID(), user: user, authentication: Authentication(at: now, methods: methods))
        let refreshToken = issuer.refreshToken()
        let expiry = snapshot.lifetimes.expiry(sessionStartedAt: now, now: now)
        var new = NewSession(
            session, proof: proof, refreshToken: refreshToken.digest, expiry: expiry, network: network,
            limit: snapshot.sessionLimit, namesGroups: snapshot[.tokenGroupsClaim],
            notice: notice.flatMap { notices.notice($0, in: context.at(now)) })
        if sharesTokens { new.sharedToken = refreshToken }
        guard case .opened(let opened) = try await transaction(new, context.at(now)) else { return nil }
        session.groups = opened.groups
        var pair = issuer.pair(refreshToken, of: session, accessExpiresAt: expiry.accessToken, now: now)
        pair.isPasswordChangeRequired = opened.isPasswordChangeRequired
        return pair
    }
}
