// SPDX-License-Identifier: Apache-2.0

/// The rule for presented refresh tokens (RFC 9700 §4.14.2; docs/features/sessions.md).
///
/// It is a pure function: a store calls ``judge(_:_:)`` inside the transaction that acts on the verdict.
public enum RefreshRule {
    /// The state of the presented token, read in the transaction that acts on the verdict.
    public struct Presented: Sendable, Equatable {
        /// nil while the token is live.
        public var spending: Spending?
        /// The moment at which the token expires.
        public var expiresAt: Timestamp
        /// The idempotency key with which the token's predecessor was spent; nil for none.
        public var parentKey: IdempotencyKeyDigest?
        /// The time of the login that opened the session.
        public var sessionStartedAt: Timestamp
        /// The time at which the session ended; nil while it is live.
        public var sessionEndedAt: Timestamp?
        /// False if the account of the session was deactivated.
        public var isUserActive: Bool

        /// - Parameters:
        ///   - spending: the exchange that spent the token; nil while it is live.
        ///   - expiresAt: the moment at which the token expires.
        ///   - parentKey: the idempotency key with which its predecessor was spent; nil for none.
        ///   - sessionStartedAt: the time of the login that opened the session.
        ///   - sessionEndedAt: the time at which the session ended; nil while it is live.
        ///   - isUserActive: false if the account was deactivated.
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

    /// The exchange that spent a token.
    public struct Spending: Sendable, Equatable {
        /// The time of the exchange.
        public var at: Timestamp
        /// The idempotency key of the request; nil for none.
        public var key: IdempotencyKeyDigest?
        /// The `exp` of the access token that was issued with the successor.
        public var accessExpiresAt: Timestamp
        /// nil if the successor was deleted.
        public var successor: Successor?

        /// - Parameters:
        ///   - at: the time of the exchange.
        ///   - key: the idempotency key of the request; nil for none.
        ///   - accessExpiresAt: the `exp` of the access token that was issued with the successor.
        ///   - successor: the token that was issued; nil if it was deleted.
        public init(
            at: Timestamp, key: IdempotencyKeyDigest?, accessExpiresAt: Timestamp, successor: Successor?
        ) {
            self.at = at
            self.key = key
            self.accessExpiresAt = accessExpiresAt
            self.successor = successor
        }
    }

    /// The state of the token that replaced the presented one.
    public struct Successor: Sendable, Equatable {
        /// True once the successor was exchanged itself.
        public var isSpent: Bool
        /// The moment at which the successor expires.
        public var expiresAt: Timestamp

        /// - Parameters:
        ///   - isSpent: true once the successor was exchanged itself.
        ///   - expiresAt: the moment at which it expires.
        public init(isSpent: Bool, expiresAt: Timestamp) {
            self.isSpent = isSpent
            self.expiresAt = expiresAt
        }
    }

    /// The request of a client, with the settings in force.
    public struct Request: Sendable, Equatable {
        /// The idempotency key of the request; nil for none.
        public var key: IdempotencyKeyDigest?
        /// The lifetimes of what is issued, and the reuse interval.
        public var lifetimes: TokenLifetimes
        /// True if the session was refreshed too often, so that no token may be issued.
        public var isThrottled: Bool
        /// The time of the request.
        public var now: Timestamp

        /// - Parameters:
        ///   - key: the idempotency key of the request; nil for none.
        ///   - lifetimes: the lifetimes of what is issued, and the reuse interval.
        ///   - isThrottled: true if the session was refreshed too often.
        ///   - now: the time of the request.
        public init(
            key: IdempotencyKeyDigest?, lifetimes: TokenLifetimes, isThrottled: Bool = false, now: Timestamp
        ) {
            self.key = key
            self.isThrottled = isThrottled
            self.lifetimes = lifetimes
            self.now = now
        }
    }

    /// The action that the store has to take.
    public enum Verdict: Sendable, Equatable {
        /// Spend the token and issue a successor with this expiry.
        case rotate(TokenExpiry)
        /// Give the same successor again, with an access token of this expiry.
        case `repeat`(accessExpiresAt: Timestamp)
        /// A spent token was presented again, and not by a repetition: end the session.
        case replay
        /// The idempotency key is the one of the predecessor: do nothing. A key that never changes would hide a replay.
        case reusedKey
        /// The session is refreshed too often: do nothing.
        case throttle
        /// The token is not usable: do nothing.
        case refuse
    }

    /// Judges a presented refresh token.
    ///
    /// The function is pure: it depends on its arguments alone, time included. The first row that applies decides:
    ///
    /// | presented token | verdict |
    /// |---|---|
    /// | its session has ended, or its user is inactive | ``Verdict/refuse`` |
    /// | the request has the idempotency key of the predecessor | ``Verdict/reusedKey`` |
    /// | live and not expired | ``Verdict/rotate(_:)`` |
    /// | live and expired, or the session has reached its maximum | ``Verdict/refuse`` |
    /// | spent, the successor has expired or was deleted | ``Verdict/replay`` |
    /// | spent with a key, the request has the same key | ``Verdict/repeat(accessExpiresAt:)`` |
    /// | spent with a key, the request has another or none | ``Verdict/replay`` |
    /// | spent without a key, within the reuse interval, the successor is live | ``Verdict/repeat(accessExpiresAt:)`` |
    /// | spent without a key, any other case | ``Verdict/replay`` |
    ///
    /// For a throttled request ``Verdict/throttle`` takes the place of the two verdicts that issue tokens.
    ///
    /// RFC 9700 §4.14.2 asks to rotate refresh tokens and to revoke the active one when a spent one is presented; the
    /// repetitions spare a client that did not receive its answer.
    /// - Parameters:
    ///   - presented: the state of the token, read in the transaction that acts on the verdict.
    ///   - request: the request of the client.
    public static func judge(_ presented: Presented, _ request: Request) -> Verdict {
        let verdict = verdict(on: presented, request)
        // Throttling never turns a replay into a mere refusal: a spent budget must not hide a theft.
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
            // Once the successor was used, a repetition must not prolong access beyond the first answer.
            return .repeat(accessExpiresAt: successor.isSpent ? spending.accessExpiresAt : expiry.accessToken)
        }
        // A clock may have stepped back.
        let elapsed = max(0, request.now.microseconds - spending.at.microseconds)
        let interval = Int64(request.lifetimes.reuseInterval) * 1_000_000
        guard !successor.isSpent, interval > 0, elapsed <= interval else { return .replay }
        return .repeat(accessExpiresAt: expiry.accessToken)
    }
}
