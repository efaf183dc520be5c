// SPDX-License-Identifier: Apache-2.0

/// The state of a refresh token, its session and its user.
public struct RefreshTokenStatus: Sendable, Equatable {
    /// The session of the token, without groups.
    public var session: AuthenticatedSession
    /// The account of the session, deactivated or not.
    public var user: User
    /// The time of the login that opened the session.
    public var startedAt: Timestamp
    /// True while the session is live.
    public var isSessionLive: Bool
    /// The time at which the token was issued.
    public var issuedAt: Timestamp
    /// The moment at which the token expires.
    public var expiresAt: Timestamp
    /// True once the token was exchanged for its successor.
    public var isSpent: Bool

    /// - Parameters:
    ///   - session: the session of the token, without groups.
    ///   - user: the account of the session.
    ///   - startedAt: the time of the login that opened the session.
    ///   - isSessionLive: true while the session is live.
    ///   - issuedAt: the time at which the token was issued.
    ///   - expiresAt: the moment at which it expires.
    ///   - isSpent: true once it was exchanged for its successor.
    public init(
        session: AuthenticatedSession, user: User, startedAt: Timestamp, isSessionLive: Bool, issuedAt: Timestamp,
        expiresAt: Timestamp, isSpent: Bool
    ) {
        self.session = session
        self.user = user
        self.startedAt = startedAt
        self.isSessionLive = isSessionLive
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.isSpent = isSpent
    }
}

/// The state of the user and the session of an access token.
public struct SessionStatus: Sendable, Equatable {
    /// The account of the token, deactivated or not.
    public var user: User
    /// True while the session is live, and for a token without session.
    public var isSessionLive: Bool
    /// The last recorded use of the session; nil for a token without session.
    public var lastUsedAt: Timestamp?
    /// For a token without session: tokens issued at this moment or before have ended. nil if none have.
    public var cutoff: Timestamp?

    /// - Parameters:
    ///   - user: the account of the token.
    ///   - isSessionLive: true while the session is live, and for a token without session.
    ///   - lastUsedAt: the last recorded use of the session; nil for a token without session.
    ///   - cutoff: the moment until which tokens without session were issued that have ended; nil if none have.
    public init(user: User, isSessionLive: Bool, lastUsedAt: Timestamp? = nil, cutoff: Timestamp? = nil) {
        self.cutoff = cutoff
        self.user = user
        self.isSessionLive = isSessionLive
        self.lastUsedAt = lastUsedAt
    }
}
