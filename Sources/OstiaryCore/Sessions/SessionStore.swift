// SPDX-License-Identifier: Apache-2.0

/// Where sessions and their refresh tokens are kept, as digests only.
///
/// Each method is one transaction and returns what happened; a throw means that nothing did.
/// Every method may throw ``StoreUnavailable``.
public protocol SessionStore: Sendable {
    /// Starts a session and writes the login's time and network, if the user is still active and the proof holds.
    func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening
    /// - Returns: the session of a token, live or spent; nil for an unknown one.
    func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID?
    /// Judges the presented token by ``RefreshRule`` and acts on the verdict.
    func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome
    /// Ends the session that a refresh token belongs to, whether the token is live, expired or spent.
    func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding
    /// Sessions of a user that can still be used, the one used last first.
    /// - Parameters:
    ///   - last: the one before the first that is wanted; nil to begin. Of an unknown one nothing follows.
    ///   - limit: at most this many.
    func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord]
    /// - Returns: false when the user has no such session, or it has ended already.
    func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool
    /// Ends every session of a user, and every token without session that was issued before.
    /// - Parameter kept: but this session.
    func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws
    /// The user of an access token and whether its session still lives; nil when either is unknown.
    /// - Parameter session: nil for a token without `sid`, which is judged by its user alone.
    func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> Standing?
    /// Moves the last use of sessions forward; never back, and not that of a session which somebody else changes now.
    func recordUses(_ uses: [SessionUse]) async throws
    /// Deletes what nobody can present any more, and networks that are no longer known.
    /// - Parameter limit: at most this many rows of each kind.
    /// - Returns: how many rows went.
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int
}

public struct NewSession: Sendable {
    public var id: SessionID
    public var user: User.ID
    public var authentication: Authentication
    /// The session opens only while this holds.
    public var proof: AuthenticationProof
    public var refreshToken: RefreshTokenDigest
    public var expiry: TokenExpiry
    /// To be remembered as known for the account; nil for one that was, less than a day ago.
    public var network: Network?
    /// How many sessions the user may have with this one: of more, those used longest ago end. nil for no limit.
    public var limit: Int?

    public init(
        _ session: AuthenticatedSession, proof: AuthenticationProof, refreshToken: RefreshTokenDigest,
        expiry: TokenExpiry, network: Network? = nil, limit: Int? = nil
    ) {
        self.limit = limit
        self.id = session.id
        self.user = session.user
        self.authentication = session.authentication
        self.proof = proof
        self.refreshToken = refreshToken
        self.expiry = expiry
        self.network = network
    }
}

/// A session as its owner sees it.
public struct SessionRecord: Sendable, Equatable {
    public var id: SessionID
    public var startedAt: Timestamp
    /// When it was last refreshed or an access token of it was used; the latter to about ``SessionUse/interval``.
    public var lastUsedAt: Timestamp
    /// From where it was opened.
    public var origin: ClientOrigin

    public init(id: SessionID, startedAt: Timestamp, lastUsedAt: Timestamp, origin: ClientOrigin) {
        self.id = id
        self.startedAt = startedAt
        self.lastUsedAt = lastUsedAt
        self.origin = origin
    }
}

public enum SessionOpening: Sendable, Equatable {
    case opened
    /// The user was deactivated or deleted since it was read, or the proof does not hold any more.
    case userChanged
}

public struct Rotation: Sendable {
    public var presented: RefreshTokenDigest
    public var successor: RefreshTokenDigest
    /// Seals the successor under the presented token, which only the caller knows.
    public var seal: @Sendable (SessionID) -> SealedSuccessor
    public var request: RefreshRule.Request

    public init(
        presented: RefreshTokenDigest, successor: RefreshTokenDigest,
        seal: @escaping @Sendable (SessionID) -> SealedSuccessor, request: RefreshRule.Request
    ) {
        self.presented = presented
        self.successor = successor
        self.seal = seal
        self.request = request
    }

    public var now: Timestamp { request.now }
}

/// A successor that was given before.
public struct Repetition: Sendable, Equatable {
    public var session: AuthenticatedSession
    public var successor: RefreshTokenDigest
    public var sealed: SealedSuccessor
    public var accessExpiresAt: Timestamp

    public init(
        session: AuthenticatedSession, successor: RefreshTokenDigest, sealed: SealedSuccessor,
        accessExpiresAt: Timestamp
    ) {
        self.session = session
        self.successor = successor
        self.sealed = sealed
        self.accessExpiresAt = accessExpiresAt
    }
}

public enum RotationOutcome: Sendable, Equatable {
    /// The presented token is spent and the successor is live.
    case rotated(AuthenticatedSession, TokenExpiry)
    /// The presented token had been spent by the same request, and its successor is given again.
    case repeated(Repetition)
    /// The presented token had been spent before; its session has ended.
    case replayed(User.ID, SessionID)
    /// The key belongs to the token before. Nothing was done.
    case reusedKey
    /// The session is refreshed too often. Nothing was done.
    case throttled
    case refused
}

public enum SessionEnding: Sendable, Equatable {
    /// By a live token.
    case ended(SessionID)
    /// By a spent token: the session has ended all the same.
    case endedBySpentToken(SessionID)
    /// No such token, or its session had ended already.
    case unknown
}

public struct Standing: Sendable, Equatable {
    public var user: User
    public var isSessionLive: Bool
    /// As far as the store knows; nil for a token without session.
    public var lastUsedAt: Timestamp?
    /// For a token without session: when those that were issued before have ended; nil where none have.
    public var cutoff: Timestamp?

    public init(user: User, isSessionLive: Bool, lastUsedAt: Timestamp? = nil, cutoff: Timestamp? = nil) {
        self.cutoff = cutoff
        self.user = user
        self.isSessionLive = isSessionLive
        self.lastUsedAt = lastUsedAt
    }
}
