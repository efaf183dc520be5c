// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A cache of verified tokens, users and sessions, so that a request costs no query.
///
/// A change feed reports every change: one of this process before its caller is answered, one of another process within
/// a second. The cache is used only under a lease, which proves that the feed works; without it requests ask the store.
package final class IdentityCache: Sendable {
    private struct State {
        var tokens: BoundedCache<TokenText, VerifiedToken>
        var users: BoundedCache<User.ID, User>
        /// The moment before which a user's tokens without session were issued that have ended; nil where none have.
        var cutoffs: BoundedCache<User.ID, Timestamp?>
        /// Live sessions with their last known use.
        var liveSessions: BoundedCache<SessionID, Timestamp>
        /// Uses to be written.
        var uses: [SessionID: Timestamp] = [:]
        /// Ended sessions. An end is final, so they need no lease. The value is true once the store was asked, which
        /// alone knows whether the session ended by itself or with its account.
        var endedSessions: BoundedCache<SessionID, Bool>
        /// The number of notices: a value that was read before a notice may be outdated.
        var notices: UInt64 = 0
        let capacity: Int

        /// Records a use to be written, if the last known use is older than ``SessionActivity/interval``.
        /// - Returns: the last known use from now on.
        mutating func use(_ session: SessionID, at now: Timestamp, after last: Timestamp) -> Timestamp {
            guard now > last.adding(seconds: SessionActivity.interval) else { return last }
            if uses.count < capacity { uses[session] = now }
            return now
        }
    }

    /// A token with the fingerprint of the key that verified it.
    struct VerifiedToken {
        var token: AccessToken
        var key: String
    }

    /// Taken before the store is read; see ``remember(_:token:ticket:now:)``.
    struct Ticket: Sendable { fileprivate let notices: UInt64 }

    enum CachedIdentity: Sendable {
        case identity(Identity)
        case refused(AccessTokenError)
        case unknown(Ticket)
    }

    private let state: Mutex<State>
    private let holdsLease: @Sendable () -> Bool

    /// - Parameters:
    ///   - capacity: the most tokens, the most users and the most sessions.
    ///   - holdsLease: returns true if the change feed was proven to work less than a second ago.
    package init(capacity: Int = 50_000, holdsLease: @escaping @Sendable () -> Bool) {
        self.holdsLease = holdsLease
        self.state = Mutex(
            State(
                tokens: BoundedCache(capacity: capacity), users: BoundedCache(capacity: capacity),
                cutoffs: BoundedCache(capacity: capacity),
                liveSessions: BoundedCache(capacity: capacity), endedSessions: BoundedCache(capacity: capacity),
                capacity: capacity
            )
        )
    }

    /// - Returns: a token that was verified before; the caller checks its expiry and that its key is still in the ring.
    func token(_ text: String) -> VerifiedToken? {
        state.withLock { $0.tokens.value(for: TokenText(text)) }
    }

    /// Keeps a token whose signature was verified. It needs no lease: the signature is valid as long as its key is.
    func remember(_ token: AccessToken, text: String, key: String) {
        state.withLock { $0.tokens.insert(VerifiedToken(token: token, key: key), for: TokenText(text)) }
    }

    /// Drops the tokens of keys that are not in the ring.
    package func forgetTokens(but ring: KeyRing) {
        state.withLock { $0.tokens.removeAll { !ring.contains($0.key) } }
    }

    /// - Parameter asks: true if the caller asks the store in the case of ``CachedIdentity/unknown(_:)``.
    func cachedIdentity(_ token: AccessToken, now: Timestamp, asks: Bool = true) -> CachedIdentity {
        let holdsLease = self.holdsLease()
        return state.withLock { state in
            let user = holdsLease ? state.users.value(for: token.userID) : nil
            if let user, !user.isActive { return .refused(.userInactive) }
            if let session = token.sessionID, let wasAsked = state.endedSessions.value(for: session) {
                guard holdsLease, user == nil, !wasAsked else { return .refused(.sessionEnded) }
                if asks { state.endedSessions.insert(true, for: session) }
            }
            guard let user else { return .unknown(Ticket(notices: state.notices)) }
            if let session = token.sessionID {
                guard let lastUse = state.liveSessions.value(for: session) else {
                    return .unknown(Ticket(notices: state.notices))
                }
                let known = state.use(session, at: now, after: lastUse)
                if known != lastUse { state.liveSessions.insert(known, for: session) }
            } else {
                guard let cutoff = state.cutoffs.value(for: token.userID) else {
                    return .unknown(Ticket(notices: state.notices))
                }
                guard token.isIssued(after: cutoff) else { return .refused(.sessionEnded) }
            }
            return .identity(Identity(user: user, token: token))
        }
    }

    /// Keeps an answer of the store, unless a notice has come since the ticket was taken.
    func remember(_ standing: SessionStatus, token: AccessToken, ticket: Ticket, now: Timestamp) {
        state.withLock { state in
            let isFresh = ticket.notices == state.notices
            if isFresh { state.users.insert(standing.user, for: standing.user.id) }
            guard let session = token.sessionID else {
                if isFresh { state.cutoffs.insert(standing.cutoff, for: standing.user.id) }
                return
            }
            if standing.isSessionLive {
                let known = state.use(session, at: now, after: standing.lastUsedAt ?? now)
                if isFresh { state.liveSessions.insert(known, for: session) }
            } else {
                // Without the user the store must be asked again: an inactive user is another error than an ended
                // session.
                state.endedSessions.insert(isFresh || standing.user.isActive, for: session)
            }
        }
    }

    /// Takes out the uses of sessions that have to be written.
    func takeActivity() -> [SessionActivity] {
        state.withLock { state in
            defer { state.uses = [:] }
            return state.uses.map { SessionActivity(session: $0.key, at: $0.value) }
        }
    }

    /// Drops the entries that a change feed reports as changed.
    package func receive(_ notice: ChangeNotice) {
        state.withLock { state in
            state.notices &+= 1
            switch notice {
            case .everything:
                state.users.removeAll()
                state.cutoffs.removeAll()
                state.liveSessions.removeAll()
            case .changes(let changes):
                for change in changes {
                    switch change {
                    case .user(let id):
                        state.users.remove(id)
                        state.cutoffs.remove(id)
                    case .sessionEnded(let id):
                        state.liveSessions.remove(id)
                        state.endedSessions.insert(false, for: id)
                    case .setting, .unlocks, .keys, .clients: break
                    }
                }
            }
        }
    }
}
