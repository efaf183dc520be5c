// SPDX-License-Identifier: Apache-2.0

/// Who sent a request, proven by its access token.
public struct Identity: Sendable, Equatable {
    public let user: User
    public let token: AccessToken

    public init(user: User, token: AccessToken) {
        self.user = user
        self.token = token
    }
}

/// Turns a bearer token (RFC 6750) into an identity.
public struct IdentityService: Sendable {
    private let codec: AccessTokenCodec
    private let sessions: any SessionStore
    private let memory: IdentityMemory
    private let now: WallClock

    package init(
        codec: AccessTokenCodec, sessions: any SessionStore, memory: IdentityMemory,
        now: @escaping WallClock = Timestamp.now
    ) {
        self.codec = codec
        self.sessions = sessions
        self.memory = memory
        self.now = now
    }

    /// - Parameters:
    ///   - bearer: the token's text.
    ///   - context: of the request, whose author is not known yet.
    /// - Throws: ``AccessTokenError``; ``StoreUnavailable`` when memory cannot answer and neither can the store.
    public func identity(bearer: String, in context: RequestContext) async throws -> Identity {
        let now = context.now
        let token = try verify(bearer, now)
        switch memory.recall(token, now: now) {
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

    /// The same from memory alone: for who may not wait.
    /// - Returns: nil where memory cannot tell, and for a token that is refused.
    package func remembered(bearer: String) -> Identity? {
        let now = self.now()
        guard let known = memory.token(bearer), now < known.token.expiresAt, codec.keys.contains(known.key),
            case .identity(let identity) = memory.recall(known.token, now: now, asks: false)
        else { return nil }
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
