// SPDX-License-Identifier: Apache-2.0

/// How long things live, in seconds, read once from the dynamic settings for each use.
public struct TokenLifetimes: Sendable, Equatable {
    public var accessToken: Int
    /// From the issue of each token, so that a session in use goes on.
    public var refreshToken: Int
    /// From the login; nil for a session that ends only by logout or disuse.
    public var session: Int?
    /// For so long a token that was spent without a key may be presented again; 0 for never.
    public var reuseInterval: Int

    public init(accessToken: Int, refreshToken: Int, session: Int? = nil, reuseInterval: Int = 0) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.session = session
        self.reuseInterval = reuseInterval
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
