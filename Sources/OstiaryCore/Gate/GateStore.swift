// SPDX-License-Identifier: Apache-2.0

/// The store of the gate: tickets of logins across hosts, and facts about sessions and accounts.
///
/// Each method is one transaction. Every method may throw ``StoreUnavailable``; it has changed nothing then.
package protocol GateStore: Sendable {
    /// Keeps a ticket, if its session is live. Beyond ``GateTicket/most`` of a session the oldest go.
    /// - Returns: false if the session is not live.
    func add(_ ticket: GateTicket, in context: RequestContext) async throws -> Bool
    /// Uses a ticket up, by one statement, if it is live and of this origin and state. A ticket that is presented with
    /// another origin or state stays as it is.
    /// - Parameters:
    ///   - ticket: the digest of the presented ticket.
    ///   - origin: the origin on which it is presented.
    ///   - state: the digest of the browser's state there.
    ///   - context: the context of the call: time, deadline.
    /// - Returns: nil if there is no such ticket, or its session is not live any more.
    func redeem(
        _ ticket: GateDigest, origin: String, state: GateDigest, in context: RequestContext
    ) async throws -> GateEntry?
    /// The moment at which the last token of a session expires.
    /// - Returns: nil if the session has ended, or is unknown.
    func expiry(of session: SessionID, in context: RequestContext) async throws -> Timestamp?
    /// True for a refresh token that was spent and whose successor has expired: to present it would count as a theft.
    func isOver(_ token: RefreshTokenDigest, in context: RequestContext) async throws -> Bool
    /// The names of the groups of an account, as ``GroupsClaim`` chooses them.
    func groups(of user: User.ID, in context: RequestContext) async throws -> [String]
}

/// A ticket, which leads a browser with a session to an origin.
package struct GateTicket: Sendable, Equatable {
    /// The seconds for which a ticket can be used.
    package static let lifetime = 60
    /// The most live tickets of a session.
    package static let most = 10

    package var digest: GateDigest
    package var session: SessionID
    /// The origin as browsers write it (RFC 6454 §6.2).
    package var origin: String
    /// The digest of the state that the browser has on the origin.
    package var state: GateDigest
    package var expiresAt: Timestamp

    package init(digest: GateDigest, session: SessionID, origin: String, state: GateDigest, expiresAt: Timestamp) {
        self.digest = digest
        self.session = session
        self.origin = origin
        self.state = state
        self.expiresAt = expiresAt
    }
}

/// The session that a ticket was made for.
package struct GateEntry: Sendable, Equatable {
    package var session: SessionID
    package var user: User.ID
    /// The moment at which the last token of the session expires, unless it gets another one.
    package var expiresAt: Timestamp
    /// The time of the login; nil if nobody knows it.
    package var authenticatedAt: Timestamp?

    package init(session: SessionID, user: User.ID, expiresAt: Timestamp, authenticatedAt: Timestamp?) {
        self.session = session
        self.user = user
        self.expiresAt = expiresAt
        self.authenticatedAt = authenticatedAt
    }
}
