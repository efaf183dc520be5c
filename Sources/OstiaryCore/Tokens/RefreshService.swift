// SPDX-License-Identifier: Apache-2.0

/// Exchanges a refresh token for new tokens (RFC 6749 §6), with rotation (RFC 9700 §4.14.2).
public struct RefreshService: Sendable {
    private let sessions: any SessionStore
    private let issuer: TokenIssuer
    private let settings: DynamicSettings
    private let throttling: Throttling
    private let known: TokenSessions
    private let notices: Notices
    private let takesLegacyTokens: Bool

    /// - Parameter takesLegacyTokens: true to give the store the tokens themselves, for those of a Django service.
    package init(
        sessions: any SessionStore, issuer: TokenIssuer, settings: DynamicSettings, throttling: Throttling,
        notices: Notices = .off, takesLegacyTokens: Bool = false
    ) {
        self.takesLegacyTokens = takesLegacyTokens
        self.notices = notices
        self.sessions = sessions
        self.issuer = issuer
        self.settings = settings
        self.throttling = throttling
        self.known = TokenSessions(store: sessions)
    }

    /// Exchanges a refresh token.
    /// - Parameters:
    ///   - presented: the token that the client presents.
    ///   - key: the idempotency key of all attempts with this token. Without one, a second attempt counts as a replay
    ///     and ends the session, except within the reuse interval.
    ///   - context: the context of the call: author, time, deadline.
    /// - Returns: nil if the token is refused; clients are not told the cause.
    /// - Throws: ``ReusedIdempotencyKey``, ``Throttled``, ``StoreUnavailable``; the presented token was not spent then.
    public func refresh(
        _ presented: RefreshToken, key: IdempotencyKey? = nil, in context: RequestContext
    ) async throws -> TokenPair? {
        let now = context.now
        let throttled = try await refusal(of: presented.digest, in: context)
        let successor = issuer.refreshToken()
        let (parent, nonce) = (SealingParent(presented), issuer.nonce())
        let snapshot = settings.snapshot
        var rotation = Rotation(
            presented: presented.digest, successor: successor.digest,
            seal: { SealedSuccessor(successor, parent: parent, session: $0, nonce: nonce) },
            request: RefreshRule.Request(
                key: key?.digest, lifetimes: snapshot.lifetimes, isThrottled: throttled != nil, now: now
            ), namesGroups: snapshot[.tokenGroupsClaim]
        )
        if notices.areOn { rotation.notice = { [notices] in notices.notice(.sessionsEnded, in: context) } }
        if takesLegacyTokens {
            rotation.legacy = LegacyExchange(presented: presented, successor: successor, session: issuer.sessionID())
        }
        switch try await sessions.rotate(rotation, in: context) {
        case .rotated(let session, let expiry):
            known.note(successor.digest, of: session.id)
            return issuer.pair(successor, of: session, accessExpiresAt: expiry.accessToken, now: now)
        case .repeated(let repetition):
            guard let same = repetition.sealed.open(parent: presented, session: repetition.session.id),
                same.digest == repetition.successor
            else { return nil }
            return issuer.pair(
                same, of: repetition.session, accessExpiresAt: repetition.accessExpiresAt, now: now)
        case .reusedKey:
            throw ReusedIdempotencyKey()
        case .replayed:
            return nil
        case .throttled:
            throw throttled ?? Throttled(scope: .refresh, wait: 0)
        case .refused:
            return nil
        }
    }

    private func refusal(
        of presented: RefreshTokenDigest, in context: RequestContext
    ) async throws -> Throttled? {
        guard throttling.limitsRefreshes, let session = try await known.session(of: presented, in: context) else {
            return nil
        }
        return await throttling.refusal(ofRefreshing: session, in: context)
    }
}

/// The idempotency key is the one with which the predecessor was spent: the client does not draw a new key for each
/// token.
public struct ReusedIdempotencyKey: Error, Equatable {
    package init() {}
}
