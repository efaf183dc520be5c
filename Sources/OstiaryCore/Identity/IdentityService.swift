// SPDX-License-Identifier: Apache-2.0

/// The authenticated sender of a request: the user and the verified access token.
public struct Identity: Sendable, Equatable {
    /// The account of the token, as the store or the cache has it.
    public let user: User
    /// The claims of the verified token.
    public let token: AccessToken

    /// - Parameters:
    ///   - user: the account of the token.
    ///   - token: the claims of the token, which the caller has verified.
    public init(user: User, token: AccessToken) {
        self.user = user
        self.token = token
    }
}

/// Turns a bearer token (RFC 6750) into an identity.
public struct IdentityService: Sendable {
    private let codec: AccessTokenCodec
    private let sessions: any SessionStore
    private let memory: IdentityCache
    private let now: WallClock

    package init(
        codec: AccessTokenCodec, sessions: any SessionStore, memory: IdentityCache,
        now: @escaping WallClock = Timestamp.now
    ) {
        self.codec = codec
        self.sessions = sessions
        self.memory = memory
        self.now = now
    }

    /// The `iss` of tokens that this server issues.
    var issuer: String { codec.issuer }

    /// Verifies a token, its session and its user.
    /// - Parameters:
    ///   - bearer: the text of the token.
    ///   - context: the context of the request; its author does not matter yet.
    /// - Throws: ``AccessTokenError``; ``StoreUnavailable`` where the store is needed and cannot be reached.
    public func identity(bearer: String, in context: RequestContext) async throws -> Identity {
        try await identity(proven: try verify(bearer, context.now), in: context)
    }

    /// Judges the session and the user of a token whose signature was verified.
    /// - Throws: ``AccessTokenError``; ``StoreUnavailable`` where the store is needed and cannot be reached.
    func identity(proven token: AccessToken, in context: RequestContext) async throws -> Identity {
        let now = context.now
        switch memory.cachedIdentity(token, now: now) {
        case .identity(let identity): return identity
        case .refused(let error): throw error
        case .unknown(let ticket):
            guard let standing = try await sessions.standing(session: token.sessionID, user: token.userID, in: context)
            else {
                throw AccessTokenError.sessionEnded
            }
            memory.remember(standing, token: token, ticket: ticket, now: now)
            guard standing.user.isActive else { throw AccessTokenError.userInactive }
            guard standing.isSessionLive, token.sessionID != nil || token.isIssued(after: standing.cutoff) else {
                throw AccessTokenError.sessionEnded
            }
            return Identity(user: standing.user, token: token)
        }
    }

    /// Finds the identity of a token in memory alone, without waiting.
    /// - Returns: nil if memory does not know it, or the token is refused.
    package func remembered(bearer: String) -> Identity? {
        let now = self.now()
        guard let known = memory.token(bearer), now < known.token.expiresAt, codec.keys.contains(known.key),
            case .identity(let identity) = memory.cachedIdentity(known.token, now: now, asks: false)
        else { return nil }
        return identity
    }

    /// As ``identity(proven:in:)``, from memory alone.
    /// - Returns: nil if memory does not know it, or it is refused.
    func remembered(proven token: AccessToken) -> Identity? {
        guard case .identity(let identity) = memory.cachedIdentity(token, now: now(), asks: false) else { return nil }
        return identity
    }

    private func verify(_ text: String, _ now: Timestamp) throws(AccessTokenError) -> AccessToken {
        if let known = memory.token(text), codec.keys.contains(known.key) {
            guard now < known.token.expiresAt else { throw .expired }
            return known.token
        }
        let (token, key) = try codec.verified(text, now: now)
        memory.remember(token, text: text, key: key)
        return token
    }
}
