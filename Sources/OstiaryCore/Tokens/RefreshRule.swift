// SPDX-License-Identifier: Apache-2.0

/// The rule by which a presented refresh token is judged, as a pure function: every store asks it inside the
/// transaction that acts on the verdict (RFC 9700 §4.14.2; docs/features/sessions.md).
public enum RefreshRule {
    /// What the store knows about the presented token, all of it read in one transaction.
    public struct Presented: Sendable, Equatable {
        /// nil while the token is live.
        public var spending: Spending?
        public var expiresAt: Timestamp
        /// The key with which the token before it was spent.
        public var parentKey: IdempotencyKeyDigest?
        public var sessionStartedAt: Timestamp
        public var sessionEndedAt: Timestamp?
        public var isUserActive: Bool

        public init(
            spending: Spending?, expiresAt: Timestamp, parentKey: IdempotencyKeyDigest?, sessionStartedAt: Timestamp,
            sessionEndedAt: Timestamp?, isUserActive: Bool
        ) {
            self.spending = spending
            self.expiresAt = expiresAt
            self.parentKey = parentKey
            self.sessionStartedAt = sessionStartedAt
            self.sessionEndedAt = sessionEndedAt
            self.isUserActive = isUserActive
        }
    }

    /// How a token was spent.
    public struct Spending: Sendable, Equatable {
        public var at: Timestamp
        public var key: IdempotencyKeyDigest?
        /// The `exp` of the access token that was given with the successor.
        public var accessExpiresAt: Timestamp
        /// nil when the successor is forgotten.
        public var successor: Successor?

        public init(
            at: Timestamp, key: IdempotencyKeyDigest?, accessExpiresAt: Timestamp, successor: Successor?
        ) {
            self.at = at
            self.key = key
            self.accessExpiresAt = accessExpiresAt
            self.successor = successor
        }
    }

    public struct Successor: Sendable, Equatable {
        public var isSpent: Bool
        public var expiresAt: Timestamp

        public init(isSpent: Bool, expiresAt: Timestamp) {
            self.isSpent = isSpent
            self.expiresAt = expiresAt
        }
    }

    /// What the client asks with, and under which settings.
    public struct Request: Sendable, Equatable {
        public var key: IdempotencyKeyDigest?
        public var lifetimes: TokenLifetimes
        /// Whether the session has been refreshed too often.
        public var isThrottled: Bool
        public var now: Timestamp

        public init(
            key: IdempotencyKeyDigest?, lifetimes: TokenLifetimes, isThrottled: Bool = false, now: Timestamp
        ) {
            self.key = key
            self.isThrottled = isThrottled
            self.lifetimes = lifetimes
            self.now = now
        }
    }

    public enum Verdict: Sendable, Equatable {
        /// Spend it and issue a successor that expires as told.
        case rotate(TokenExpiry)
        /// Give the same successor again, with an access token that expires as told.
        case `repeat`(accessExpiresAt: Timestamp)
        /// It was spent before, and this is no repetition: end the session.
        case replay
        /// The key belongs to the token before; do nothing. A key that never changes would hide a thief for ever.
        case reusedKey
        /// Do nothing now: the token stays as it is.
        case throttle
        /// Do nothing.
        case refuse
    }

    public static func judge(_ presented: Presented, _ request: Request) -> Verdict {
        let verdict = verdict(on: presented, request)
        // Only what would give tokens. A replay is noticed all the same: who uses up the budget hides no theft.
        switch verdict {
        case .rotate, .repeat: return request.isThrottled ? .throttle : verdict
        case .replay, .reusedKey, .throttle, .refuse: return verdict
        }
    }

    private static func verdict(on presented: Presented, _ request: Request) -> Verdict {
        guard presented.sessionEndedAt == nil, presented.isUserActive else { return .refuse }
        if let key = request.key, key == presented.parentKey { return .reusedKey }
        let expiry = request.lifetimes.expiry(sessionStartedAt: presented.sessionStartedAt, now: request.now)
        if let spending = presented.spending { return judge(spending, request, expiry) }
        guard request.now < presented.expiresAt, request.now < expiry.refreshToken else { return .refuse }
        return .rotate(expiry)
    }

    private static func judge(_ spending: Spending, _ request: Request, _ expiry: TokenExpiry) -> Verdict {
        guard let successor = spending.successor, request.now < successor.expiresAt else { return .replay }
        if let key = spending.key {
            guard key == request.key else { return .replay }
            // Once the successor is in use, a repetition yields nothing new: its first answer was good until then.
            return .repeat(accessExpiresAt: successor.isSpent ? spending.accessExpiresAt : expiry.accessToken)
        }
        // A clock that stepped back makes no time negative.
        let elapsed = max(0, request.now.microseconds - spending.at.microseconds)
        let interval = Int64(request.lifetimes.reuseInterval) * 1_000_000
        guard !successor.isSpent, interval > 0, elapsed <= interval else { return .replay }
        return .repeat(accessExpiresAt: expiry.accessToken)
    }
}
