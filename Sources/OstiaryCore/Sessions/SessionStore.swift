// SPDX-License-Identifier: Apache-2.0

/// The store of sessions and their refresh tokens, of which it keeps digests only.
///
/// Each method is one transaction. Every method may throw ``StoreUnavailable``; it has changed nothing then.
public protocol SessionStore: Sendable {
    /// Opens a session and records the time and network of the login, if the user is active and the proof holds.
    func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening
    /// - Returns: the session of a live or spent token; nil for an unknown one.
    func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID?
    /// Reads the state of a refresh token, which stays as it is.
    /// - Returns: nil for an unknown token.
    func status(of token: RefreshTokenDigest, in context: RequestContext) async throws -> RefreshTokenStatus?
    /// Judges the presented token by ``RefreshRule`` and acts on the verdict, both in one transaction.
    func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome
    /// Ends the login of a refresh token that a Django service has made, live or expired.
    /// - Returns: false if there is no such token, or the store takes none.
    func end(legacyToken: RefreshToken, in context: RequestContext) async throws -> Bool
    /// Ends the session of a refresh token, which may be live, expired or spent.
    func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding
    /// Lists the live sessions of a user, the one used last first.
    /// - Parameters:
    ///   - user: the id of the account.
    ///   - last: the session after which the list begins; nil for the first page. After an unknown session the list is
    ///     empty.
    ///   - limit: the most sessions to return.
    ///   - context: the context of the call: author, time, deadline.
    func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord]
    /// Lists the live sessions that match a query, the one that started last first, a page at a time.
    func sessions(_ query: SessionQuery, in context: RequestContext) async throws -> ListPage<ListedSession>
    /// Ends one session of a user.
    /// - Returns: false if the user has no such session, or it has ended already.
    func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool
    /// Ends the sessions of a user, and the access tokens without session that were issued before.
    /// - Parameters:
    ///   - user: the id of the account.
    ///   - kept: a session to leave open; nil ends all.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: the number of live sessions that have ended.
    @discardableResult
    func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws -> Int
    /// Ends sessions of any users, as an administrator. One that the author may not touch is counted and left as it is.
    /// - Parameters:
    ///   - sessions: at most 500 sessions.
    ///   - context: the context of the call: author, time, deadline.
    func end(_ sessions: [SessionID], in context: RequestContext) async throws -> ActionCounts
    /// Counts the live sessions that began at a moment or before. At most twice as many rows as the limit are looked at,
    /// those of the youngest sessions first.
    /// - Parameters:
    ///   - moment: the moment by which the sessions have begun.
    ///   - limit: the largest count.
    ///   - context: the context of the call: author, time, deadline.
    func countLive(startedBy moment: Timestamp, limit: Int, in context: RequestContext) async throws -> BoundedCount
    /// Reads the user and the session of an access token.
    /// - Parameters:
    ///   - session: nil for a token without `sid`.
    ///   - user: the id of the account.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if the user or the session is unknown.
    func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> SessionStatus?
    /// Moves the last use of sessions forward, never back. A session that another transaction changes is left out.
    func recordActivity(_ uses: [SessionActivity]) async throws
    /// Deletes sessions and refresh tokens whose tokens have all expired, and outdated known networks.
    /// - Parameters:
    ///   - now: the moment at which the rows have expired.
    ///   - limit: the most rows of each kind to delete.
    /// - Returns: the number of deleted rows.
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int
}

extension SessionStore {
    /// Ends nothing: the store takes no tokens of a Django service.
    /// - Parameters:
    ///   - legacyToken: the token.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: always false.
    public func end(legacyToken: RefreshToken, in context: RequestContext) async throws -> Bool { false }
}

/// A session to be opened.
public struct NewSession: Sendable {
    /// The id of the session, chosen at random.
    public var id: SessionID
    /// The account that logs in.
    public var user: User.ID
    /// The time, methods and level of the login.
    public var authentication: Authentication
    /// Evidence for the login; the session opens only if it holds.
    public var proof: AuthenticationProof
    /// The digest of the first refresh token.
    public var refreshToken: RefreshTokenDigest
    /// The first refresh token itself, for a store that shares it with a Django service; nil for every other.
    package var sharedToken: RefreshToken?
    /// The expiry of the first tokens.
    public var expiry: TokenExpiry
    /// The network to record as known for the account. nil if it was recorded less than a day ago, which saves a write.
    public var network: Network?
    /// The most live sessions of the user, this one included; beyond that those used longest ago end. nil for no limit.
    public var limit: Int?
    /// True to read the user's groups for the access token.
    public var namesGroups: Bool
    /// The message that tells the owner; nil for none.
    public var notice: MailNotice?

    /// - Parameters:
    ///   - session: the id, the account and the login of the session.
    ///   - proof: evidence for the login; the session opens only if it holds.
    ///   - refreshToken: the digest of the first refresh token.
    ///   - expiry: the expiry of the first tokens.
    ///   - network: the network to record as known for the account; nil to record none.
    ///   - limit: the most live sessions of the user, this one included; nil for no limit.
    ///   - namesGroups: true to read the user's groups for the access token.
    ///   - notice: the message that tells the owner; nil for none.
    public init(
        _ session: AuthenticatedSession, proof: AuthenticationProof, refreshToken: RefreshTokenDigest,
        expiry: TokenExpiry, network: Network? = nil, limit: Int? = nil, namesGroups: Bool = false,
        notice: MailNotice? = nil
    ) {
        self.notice = notice
        self.limit = limit
        self.namesGroups = namesGroups
        self.id = session.id
        self.user = session.user
        self.authentication = session.authentication
        self.proof = proof
        self.refreshToken = refreshToken
        self.expiry = expiry
        self.network = network
    }
}

/// A live session in the list that its user sees.
public struct SessionRecord: Sendable, Equatable {
    /// The `sid` of the access tokens.
    public var id: SessionID
    /// The time of the login that opened the session.
    public var startedAt: Timestamp
    /// The last refresh or use of an access token. Uses are recorded every ``SessionActivity/interval`` seconds.
    public var lastUsedAt: Timestamp
    /// Address and user agent of the login.
    public var origin: ClientOrigin

    /// - Parameters:
    ///   - id: the `sid` of the access tokens.
    ///   - startedAt: the time of the login.
    ///   - lastUsedAt: the last refresh or recorded use of an access token.
    ///   - origin: address and user agent of the login.
    public init(id: SessionID, startedAt: Timestamp, lastUsedAt: Timestamp, origin: ClientOrigin) {
        self.id = id
        self.startedAt = startedAt
        self.lastUsedAt = lastUsedAt
        self.origin = origin
    }
}

/// Facts about an account that were read in the transaction that opened a session.
public struct OpenedSession: Sendable, Equatable {
    /// True if an administrator has set the password, and the user has to change it.
    public var isPasswordChangeRequired: Bool
    /// As ``AuthenticatedSession/groups``.
    public var groups: [String]?

    /// - Parameters:
    ///   - isPasswordChangeRequired: true if the user has to change the password.
    ///   - groups: the names of the user's groups; nil where tokens name none.
    public init(isPasswordChangeRequired: Bool = false, groups: [String]? = nil) {
        self.isPasswordChangeRequired = isPasswordChangeRequired
        self.groups = groups
    }
}

/// The outcome of opening a session.
public enum SessionOpening: Sendable, Equatable {
    /// The session is live now; what the transaction has read of its account.
    case opened(OpenedSession)
    /// The user was deactivated or deleted meanwhile, or the proof does not hold any more. Nothing was changed.
    case userChanged
}

/// A request to exchange a refresh token for its successor (RFC 6749 §6).
public struct Rotation: Sendable {
    /// The digest of the presented token.
    public var presented: RefreshTokenDigest
    /// The digest of the token that replaces it.
    public var successor: RefreshTokenDigest
    /// Seals the successor under the presented token. A closure, since the session is known only inside the
    /// transaction.
    public var seal: @Sendable (SessionID) -> SealedSuccessor
    /// The client's request, which ``RefreshRule`` judges.
    public var request: RefreshRule.Request
    /// True to read the user's groups for the access token.
    public var namesGroups: Bool
    /// Makes the message that tells the owner of a replay; nil for none.
    public var notice: (@Sendable () -> MailNotice?)?
    /// The tokens themselves, for a store that shares them with a Django service; nil for every other.
    package var legacy: LegacyExchange?

    /// - Parameters:
    ///   - presented: the digest of the presented token.
    ///   - successor: the digest of the token that replaces it.
    ///   - seal: seals the successor under the presented token, for the session of that.
    ///   - request: the client's request, which ``RefreshRule`` judges.
    ///   - namesGroups: true to read the user's groups for the access token.
    ///   - notice: makes the message that tells the owner of a replay; nil for none.
    public init(
        presented: RefreshTokenDigest, successor: RefreshTokenDigest,
        seal: @escaping @Sendable (SessionID) -> SealedSuccessor, request: RefreshRule.Request,
        namesGroups: Bool = false, notice: (@Sendable () -> MailNotice?)? = nil
    ) {
        self.notice = notice
        self.namesGroups = namesGroups
        self.presented = presented
        self.successor = successor
        self.seal = seal
        self.request = request
    }

    /// The time of the request.
    public var now: Timestamp { request.now }
}

/// A successor that an earlier, equal request was given.
public struct Repetition: Sendable, Equatable {
    /// The session of the token, as the access token is to carry it.
    public var session: AuthenticatedSession
    /// The digest of the successor.
    public var successor: RefreshTokenDigest
    /// The successor, sealed under the presented token.
    public var sealed: SealedSuccessor
    /// The `exp` of the access token that is issued with it.
    public var accessExpiresAt: Timestamp

    /// - Parameters:
    ///   - session: the session of the token.
    ///   - successor: the digest of the successor.
    ///   - sealed: the successor, sealed under the presented token.
    ///   - accessExpiresAt: the `exp` of the access token that is issued with it.
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

/// The outcome of ``SessionStore/rotate(_:in:)``.
public enum RotationOutcome: Sendable, Equatable {
    /// The presented token is spent now, and the successor is live.
    case rotated(AuthenticatedSession, TokenExpiry)
    /// An equal request had spent the presented token; its successor is given again.
    case repeated(Repetition)
    /// The presented token had been spent before; its session has ended now (RFC 9700 §4.14.2).
    case replayed(User.ID, SessionID)
    /// The idempotency key is the one of the token before. Nothing was changed.
    case reusedKey
    /// The session is refreshed too often. Nothing was changed.
    case throttled
    /// The token is unknown or expired, or its session or user is not live. Nothing was changed.
    case refused
}

/// The outcome of ending a session by a refresh token.
public enum SessionEnding: Sendable, Equatable {
    /// A live token ended the session.
    case ended(SessionID)
    /// A spent token ended the session.
    case endedBySpentToken(SessionID)
    /// There is no such token, or its session had ended already. Nothing was changed.
    case unknown
}
