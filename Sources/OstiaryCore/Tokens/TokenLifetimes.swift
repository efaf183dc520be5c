// SPDX-License-Identifier: Apache-2.0

/// The lifetimes of tokens and sessions in seconds, from the dynamic settings.
public struct TokenLifetimes: Sendable, Equatable {
    /// The lifetime of an access token in seconds, from its issue.
    public var accessToken: Int
    /// The lifetime of a refresh token in seconds, from its issue; each refresh starts it anew.
    public var refreshToken: Int
    /// The lifetime of a session in seconds, from its login; nil for no limit.
    public var session: Int?
    /// The seconds in which a token that was spent without a key may be presented again; 0 for never.
    public var reuseInterval: Int

    /// - Parameters:
    ///   - accessToken: the lifetime of an access token in seconds.
    ///   - refreshToken: the lifetime of a refresh token in seconds.
    ///   - session: the lifetime of a session in seconds; nil for no limit.
    ///   - reuseInterval: the seconds in which a token that was spent without a key may be presented again.
    public init(accessToken: Int, refreshToken: Int, session: Int? = nil, reuseInterval: Int = 0) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.session = session
        self.reuseInterval = reuseInterval
    }

    /// Computes the expiry of tokens that are issued now; none outlives the session.
    public func expiry(sessionStartedAt: Timestamp, now: Timestamp) -> TokenExpiry {
        let end = session.map { sessionStartedAt.adding(seconds: $0) } ?? Timestamp(microseconds: .max)
        return TokenExpiry(
            accessToken: min(now.adding(seconds: accessToken), end),
            refreshToken: min(now.adding(seconds: refreshToken), end)
        )
    }
}

/// The times at which an access token and a refresh token expire.
public struct TokenExpiry: Sendable, Equatable {
    /// The `exp` of the access token.
    public var accessToken: Timestamp
    /// The moment at which the refresh token expires.
    public var refreshToken: Timestamp

    /// - Parameters:
    ///   - accessToken: the `exp` of the access token.
    ///   - refreshToken: the moment at which the refresh token expires.
    public init(accessToken: Timestamp, refreshToken: Timestamp) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
    }

    /// The later of both: until then the session must be kept, since one of its tokens may be presented.
    public var last: Timestamp { max(accessToken, refreshToken) }
}
