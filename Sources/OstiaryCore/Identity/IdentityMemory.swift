// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What this process remembers of verified tokens, users and sessions, so that a request costs no query.
///
/// Every change is told to it by a change feed before it is acknowledged here, and within a second elsewhere. It is
/// used only under a lease: proof that the feed is alive. Without one, requests ask the store.
package final class IdentityMemory: Sendable {
    private struct State {
        var tokens: BoundedCache<TokenText, VerifiedToken>
        var users: BoundedCache<User.ID, User>
        /// Of users whose tokens without session were judged: when those that were issued before have ended.
        var cutoffs: BoundedCache<User.ID, Timestamp?>
        /// With the last use that is known.
        var liveSessions: BoundedCache<SessionID, Timestamp>
        /// Uses that nobody has written yet.
        var uses: [SessionID: Timestamp] = [:]
        /// Never wrong once there, so it needs no lease and spares a query for each use of an ended session's token;
        /// with whether the store has been asked since, which alone knows why.
        var endedSessions: BoundedCache<SessionID, Bool>
        /// Counts notices: what was read before one may be old.
        var notices: UInt64 = 0
        let capacity: Int

        /// Takes note of a use that comes long enough after the last one to be written.
        /// - Returns: the last use that is known from now on.
        mutating func use(_ session: SessionID, at now: Timestamp, after last: Timestamp) -> Timestamp {
            guard now > last.adding(seconds: SessionUse.interval) else { return last }
            if uses.count < capacity { uses[session] = now }
            return now
        }
    }

    /// A token, and the fingerprint of the key that verified it.
    struct VerifiedToken {
        var token: AccessToken
        var key: String
    }

    /// Taken before the store is read; see ``remember(_:token:ticket:)``.
    struct Ticket: Sendable { fileprivate let notices: UInt64 }

    enum Recollection: Sendable {
        case identity(Identity)
        case refused(AccessTokenError)
        case unknown(Ticket)
    }

    private let state: Mutex<State>
    private let holdsLease: @Sendable () -> Bool

    /// - Parameters:
    ///   - capacity: the most tokens, users and sessions that are kept, each.
    ///   - holdsLease: whether the change feed has answered less than a second ago.
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

    /// A token that was verified before; its expiry must be looked at again, and whether its key is still one of ours.
    func token(_ text: String) -> VerifiedToken? {
        state.withLock { $0.tokens.value(for: TokenText(text)) }
    }

    /// Keeps a token whose signature was verified. Needs no lease: a signature does not become wrong while its key stays.
    func remember(_ token: AccessToken, text: String, key: String) {
        state.withLock { $0.tokens.insert(VerifiedToken(token: token, key: key), for: TokenText(text)) }
    }

    /// Forgets the tokens of all keys but those of a ring: theirs are gone.
    package func forgetTokens(but ring: KeyRing) {
        state.withLock { $0.tokens.removeAll { !ring.contains($0.key) } }
    }

    /// - Parameter asks: whether the caller asks the store where memory cannot tell.
    func recall(_ token: AccessToken, now: Timestamp, asks: Bool = true) -> Recollection {
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

    /// Keeps what the store answered, unless a notice came in since the ticket was taken.
    func remember(_ standing: Standing, token: AccessToken, ticket: Ticket, now: Timestamp) {
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
                // A user that is not remembered has to be asked for again, since only the user tells why.
                state.endedSessions.insert(isFresh || standing.user.isActive, for: session)
            }
        }
    }

    /// The uses of sessions that have to be written. They are forgotten here.
    func takeUses() -> [SessionUse] {
        state.withLock { state in
            defer { state.uses = [:] }
            return state.uses.map { SessionUse(session: $0.key, at: $0.value) }
        }
    }

    /// Takes in what a change feed says.
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
                    case .setting, .keys: break
                    }
                }
            }
        }
    }
}
