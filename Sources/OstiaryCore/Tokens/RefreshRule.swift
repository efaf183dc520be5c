/// The rule by which a presented refresh token is judged, as a pure function: every store asks it inside the
/// transaction that acts on the verdict (RFC 9700 §4.14.2; docs/features/tokens.md).
public enum RefreshRule {
    /// What the store knows about the presented token, all of it read in one transaction.
    public struct Presented: Sendable, Equatable {
        /// nil while the token is live.
        public var spentAt: Timestamp?
        public var expiresAt: Timestamp
        public var sessionStartedAt: Timestamp
        public var sessionEndedAt: Timestamp?
        public var isUserActive: Bool

        public init(
            spentAt: Timestamp?, expiresAt: Timestamp, sessionStartedAt: Timestamp, sessionEndedAt: Timestamp?,
            isUserActive: Bool
        ) {
            self.spentAt = spentAt
            self.expiresAt = expiresAt
            self.sessionStartedAt = sessionStartedAt
            self.sessionEndedAt = sessionEndedAt
            self.isUserActive = isUserActive
        }
    }

    public enum Verdict: Sendable, Equatable {
        /// Spend it and issue a successor that expires as told.
        case rotate(TokenExpiry)
        /// It was spent before: end the session.
        case replay
        /// Do nothing.
        case refuse
    }

    public static func judge(_ presented: Presented, lifetimes: TokenLifetimes, now: Timestamp) -> Verdict {
        guard presented.sessionEndedAt == nil, presented.isUserActive else { return .refuse }
        guard presented.spentAt == nil else { return .replay }
        guard now < presented.expiresAt else { return .refuse }
        let expiry = lifetimes.expiry(sessionStartedAt: presented.sessionStartedAt, now: now)
        guard now < expiry.refreshToken else { return .refuse }
        return .rotate(expiry)
    }
}

/// How long things live, in seconds, read once from the dynamic settings for each use.
public struct TokenLifetimes: Sendable, Equatable {
    public var accessToken: Int
    /// From the issue of each token, so that a session in use goes on.
    public var refreshToken: Int
    /// From the login; nil for a session that ends only by logout or disuse.
    public var session: Int?

    public init(accessToken: Int, refreshToken: Int, session: Int? = nil) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.session = session
    }

    /// When tokens issued now expire: never after the session's own end.
    public func expiry(sessionStartedAt: Timestamp, now: Timestamp) -> TokenExpiry {
        let end = session.map { sessionStartedAt.adding(seconds: $0) } ?? Timestamp(microseconds: .max)
        return TokenExpiry(
            accessToken: min(now.adding(seconds: accessToken), end),
            refreshToken: min(now.adding(seconds: refreshToken), end)
        )
    }
}

public struct TokenExpiry: Sendable, Equatable {
    public var accessToken: Timestamp
    public var refreshToken: Timestamp

    public init(accessToken: Timestamp, refreshToken: Timestamp) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
    }

    /// Until when the session must be known: its last token may be presented that long.
    public var last: Timestamp { max(accessToken, refreshToken) }
}
