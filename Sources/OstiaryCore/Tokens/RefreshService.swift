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

    /// - Parameter key: the same for every try of the token; nil to be judged strictly.
    /// - Returns: nil when the token is refused, for whatever cause.
    /// - Throws: ``ReusedIdempotencyKey``, ``StoreUnavailable``; the presented token was not spent then.
    public func refresh(_ presented: RefreshToken, key: IdempotencyKey? = nil) async throws -> TokenPair? {
        let now = self.now()
        let successor = issuer.refreshToken()
        let nonce = issuer.nonce()
        let rotation = Rotation(
            presented: presented.digest, successor: successor.digest,
            seal: { SealedSuccessor(successor, parent: presented, session: $0, nonce: nonce) },
            request: RefreshRule.Request(key: key?.digest, lifetimes: settings.snapshot.lifetimes, now: now)
        )
        switch try await sessions.rotate(rotation) {
        case .rotated(let user, let session, let expiry):
            return issuer.pair(successor, user: user, session: session, accessExpiresAt: expiry.accessToken, now: now)
        case .repeated(let repetition):
            let (user, session) = (repetition.user, repetition.session)
            guard let same = repetition.sealed.open(parent: presented, session: session),
                same.digest == repetition.successor
            else { return nil }
            audit.record(.refreshRepeated(user, session))
            return issuer.pair(
                same, user: user, session: session, accessExpiresAt: repetition.accessExpiresAt, now: now)
        case .reusedKey:
            throw ReusedIdempotencyKey()
        case .replayed(let user, let session):
            audit.record(.refreshTokenReplayed(user, session))
            return nil
        case .refused:
            return nil
        }
    }
}

/// The idempotency key is the one with which the token before was spent: the client draws none.
public struct ReusedIdempotencyKey: Error, Equatable {
    public init() {}
}
