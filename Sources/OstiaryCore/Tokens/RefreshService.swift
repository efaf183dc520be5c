/// Exchanges a refresh token for a new pair (RFC 6749 §6, rotated as RFC 9700 §4.14.2 asks).
public struct RefreshService: Sendable {
    private let sessions: any SessionStore
    private let issuer: TokenIssuer
    private let settings: DynamicSettings
    private let audit: Audit
    private let now: WallClock

    public init(
        sessions: any SessionStore, issuer: TokenIssuer, settings: DynamicSettings, audit: Audit,
        now: @escaping WallClock = Timestamp.now
    ) {
        self.sessions = sessions
        self.issuer = issuer
        self.settings = settings
        self.audit = audit
        self.now = now
    }

    /// - Returns: nil when the token is refused, for whatever cause.
    /// - Throws: ``StoreUnavailable``; the presented token was not spent then.
    public func refresh(_ presented: RefreshToken) async throws -> TokenPair? {
        let now = self.now()
        let successor = issuer.refreshToken()
        let rotation = Rotation(
            presented: presented.digest, successor: successor.digest, lifetimes: settings.snapshot.lifetimes, now: now
        )
        switch try await sessions.rotate(rotation) {
        case .rotated(let user, let session, let expiry):
            return issuer.pair(successor, user: user, session: session, expiry: expiry, now: now)
        case .replayed(let user, let session):
            audit.record(.refreshTokenReplayed(user, session))
            return nil
        case .refused:
            return nil
        }
    }
}
