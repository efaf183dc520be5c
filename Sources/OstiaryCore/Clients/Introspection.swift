// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A live token, as a client that asks about it is told (RFC 7662 §2.2).
package struct Introspection: Sendable, Equatable {
    /// True for an access token, false for a refresh token.
    package var isAccessToken: Bool
    /// The account of the token.
    package var user: User
    /// The session of the token; nil for an access token of a Django service.
    package var session: SessionID?
    /// `iat`; nil if the token has none.
    package var issuedAt: Timestamp?
    /// The time at which the token expires.
    package var expiresAt: Timestamp
    /// `iss`; nil if the token has none.
    package var issuer: String?
    /// `aud` as the token has it; nil if it has none.
    package var audience: JSONValue?
    /// `client_id` as the token has it; nil if it has none.
    package var clientID: String?
    /// The login that opened the session; nil if nobody knows it.
    package var authentication: Authentication?
}

/// Answers questions about tokens (RFC 7662).
package struct IntrospectionService: Sendable {
    private let identity: IdentityService
    private let sessions: any SessionStore
    private let settings: DynamicSettings
    private let known = KnownClaims()

    package init(identity: IdentityService, sessions: any SessionStore, settings: DynamicSettings) {
        self.identity = identity
        self.sessions = sessions
        self.settings = settings
    }

    /// Looks at a token. An access token is judged as one that a request brings, and counts as a use of its session; a
    /// refresh token stays as it is. The form of a token tells its kind, so no hint is needed.
    /// - Returns: nil if the token is not live: unknown, expired or spent, of an ended session or of an inactive user.
    /// - Throws: ``StoreUnavailable`` where the store is needed and cannot be reached.
    package func introspect(_ token: String, in context: RequestContext) async throws -> Introspection? {
        if let refresh = RefreshToken(token) { return try await introspect(refresh, in: context) }
        let proven: Identity
        do { proven = try await identity.identity(bearer: token, in: context) } catch is AccessTokenError { return nil }
        return introspection(of: token, proven)
    }

    /// As ``introspect(_:in:)``, from memory alone.
    /// - Returns: nil if memory does not know the token, or the token is not live.
    package func remembered(_ token: String) -> Introspection? {
        identity.remembered(bearer: token).map { introspection(of: token, $0) }
    }

    private func introspection(of token: String, _ proven: Identity) -> Introspection {
        let claims = known.claims(of: token)
        return Introspection(
            isAccessToken: true, user: proven.user, session: proven.token.sessionID, issuedAt: proven.token.issuedAt,
            expiresAt: proven.token.expiresAt, issuer: claims.issuer, audience: claims.audience,
            clientID: claims.clientID, authentication: proven.token.authentication)
    }

    private func introspect(_ token: RefreshToken, in context: RequestContext) async throws -> Introspection? {
        guard let status = try await sessions.status(of: token.digest, in: context), !status.isSpent else { return nil }
        let presented = RefreshRule.Presented(
            spending: nil, expiresAt: status.expiresAt, parentKey: nil, sessionStartedAt: status.startedAt,
            sessionEndedAt: status.isSessionLive ? nil : context.now, isUserActive: status.user.isActive)
        let lifetimes = settings.snapshot.lifetimes
        guard case .rotate = RefreshRule.judge(presented, .init(key: nil, lifetimes: lifetimes, now: context.now))
        else { return nil }
        let end = lifetimes.session.map { status.startedAt.adding(seconds: $0) }
        let authentication = status.session.authentication
        return Introspection(
            isAccessToken: false, user: status.user, session: status.session.id, issuedAt: status.issuedAt,
            expiresAt: end.map { min($0, status.expiresAt) } ?? status.expiresAt, issuer: identity.issuer,
            authentication: authentication.isKnown ? authentication : nil)
    }
}

/// The claims that nothing but introspection reads, of tokens that were asked about lately. They never change, and reading
/// them anew would cost a sixth of an answer.
private final class KnownClaims: Sendable {
    struct Values: Sendable {
        let issuer: String?
        let audience: JSONValue?
        let clientID: String?
    }

    private let known = Mutex(BoundedCache<TokenText, Values>(capacity: 10_000))

    /// - Parameter token: the text of a verified token.
    func claims(of token: String) -> Values {
        let key = TokenText(token)
        if let values = known.withLock({ $0.value(for: key) }) { return values }
        let claims = AccessTokenCodec.claims(ofVerified: token)
        let values = Values(issuer: claims?.issuer, audience: claims?["aud"], clientID: claims?.clientID)
        known.withLock { $0.insert(values, for: key) }
        return values
    }
}

extension Claims {
    /// `client_id` (RFC 8693 §4.3).
    fileprivate var clientID: String? { if case .string(let id)? = self["client_id"] { id.text } else { nil } }
}
