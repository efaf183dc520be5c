// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The use cases of the gate: who a pass belongs to, the groups of an account, and the login across hosts.
package struct GateService: Sendable {
    private let identity: IdentityService
    private let store: any GateStore
    private let pass: GatePass
    private let memory = GateMemory()
    private let now: WallClock
    private let random: RandomBits

    package init(
        identity: IdentityService, store: any GateStore, pass: GatePass, now: @escaping WallClock = Timestamp.now,
        random: @escaping RandomBits = systemRandomBits
    ) {
        self.identity = identity
        self.store = store
        self.pass = pass
        self.now = now
        self.random = random
    }

    /// Judges a pass as an access token is judged: by its session and its user.
    /// - Parameters:
    ///   - text: the value of the cookie.
    ///   - origin: the origin of the request that the browser has made.
    ///   - context: the context of the request.
    /// - Throws: ``AccessTokenError``; ``StoreUnavailable``.
    package func identity(pass text: String, for origin: String, in context: RequestContext) async throws -> Identity {
        guard let entry = pass.open(text, for: origin) else { throw AccessTokenError.malformed }
        let proven = try await identity.identity(proven: entry.token, in: context)
        guard context.now >= memory.expiry(of: entry) else { return proven }
        // The session may have got another token since the pass was made.
        guard let expiry = try await store.expiry(of: entry.session, in: context), context.now < expiry else {
            throw AccessTokenError.sessionEnded
        }
        memory.note(expiry, of: entry.session)
        return proven
    }

    /// As ``identity(pass:for:in:)``, from memory alone.
    /// - Returns: nil if memory does not know it, or it is refused.
    package func remembered(pass text: String, for origin: String) -> Identity? {
        guard let entry = pass.open(text, for: origin), now() < memory.expiry(of: entry) else { return nil }
        return identity.remembered(proven: entry.token)
    }

    /// True if a browser's refresh token can bring no more tokens. It is not presented then: a token that was spent long
    /// ago would count as stolen, and the owner would be warned of a thief who does not exist.
    package func isOver(refreshToken text: String, in context: RequestContext) async throws -> Bool {
        guard let token = RefreshToken(text) else { return true }
        return try await store.isOver(token.digest, in: context)
    }

    /// The names of an account's groups, as they were in the last ``GateMemory/groupSeconds``.
    package func groups(of user: User.ID, in context: RequestContext) async throws -> [String] {
        if let known = memory.groups(of: user, at: context.now) { return known }
        let names = try await store.groups(of: user, in: context)
        memory.note(names, of: user, at: context.now)
        return names
    }

    /// As ``groups(of:in:)``, from memory alone.
    package func rememberedGroups(of user: User.ID) -> [String]? { memory.groups(of: user, at: now()) }

    /// Makes a ticket for a browser that is logged in.
    /// - Parameters:
    ///   - bearer: the access token of the browser's session.
    ///   - origin: the origin that the ticket leads to.
    ///   - state: the digest of the browser's state there.
    ///   - maximumAge: the most seconds since the login; nil for any.
    ///   - context: the context of the request.
    /// - Returns: nil if the session has ended, or its login is too old.
    /// - Throws: ``StoreUnavailable``.
    package func ticket(
        bearer: String, to origin: String, state: GateDigest, maximumAge: Int?, in context: RequestContext
    ) async throws -> GateSecret? {
        let proven: Identity
        do { proven = try await identity.identity(bearer: bearer, in: context) } catch is AccessTokenError {
            return nil
        }
        guard let session = proven.token.sessionID, proven.isAuthenticated(within: maximumAge, at: context.now) else {
            return nil
        }
        let secret = GateSecret(random: random)
        let ticket = GateTicket(
            digest: secret.digest(for: .ticket), session: session, origin: origin, state: state,
            expiresAt: context.now.adding(seconds: GateTicket.lifetime))
        return try await store.add(ticket, in: context) ? secret : nil
    }

    /// Uses a ticket up.
    /// - Parameters:
    ///   - ticket: the ticket that the browser brings.
    ///   - origin: the origin that it brings it to.
    ///   - state: the state that it has there.
    ///   - context: the context of the request.
    /// - Returns: the pass for the browser; nil if the ticket is not live, or of another origin or browser.
    /// - Throws: ``StoreUnavailable``.
    package func enter(
        by ticket: GateSecret, on origin: String, state: GateSecret, in context: RequestContext
    ) async throws -> String? {
        let entry = try await store.redeem(
            ticket.digest(for: .ticket), origin: origin, state: state.digest(for: .state), in: context)
        return entry.map { pass.seal($0, for: origin, random: random) }
    }
}

extension Identity {
    /// True if the user has logged in so many seconds ago at most. False if nobody knows the time of the login.
    /// - Parameter seconds: nil for any time.
    package func isAuthenticated(within seconds: Int?, at now: Timestamp) -> Bool {
        guard let seconds else { return true }
        guard let login = token.authentication?.at else { return false }
        return login >= now.adding(seconds: -seconds)
    }
}

/// Facts that the gate has read lately.
final class GateMemory: Sendable {
    /// The seconds for which the names of an account's groups are kept: another program may keep the groups, and tells
    /// nobody of a change.
    static let groupSeconds = 5

    private struct State {
        var expiries = BoundedCache<SessionID, Timestamp>(capacity: 10_000)
        var groups = BoundedCache<User.ID, (names: [String], until: Timestamp)>(capacity: 10_000)
    }

    private let state = Mutex(State())

    /// The latest known moment at which the session of an entry ends by itself.
    func expiry(of entry: GateEntry) -> Timestamp {
        let known = state.withLock { $0.expiries.value(for: entry.session) }
        return known.map { max($0, entry.expiresAt) } ?? entry.expiresAt
    }

    func note(_ expiry: Timestamp, of session: SessionID) {
        state.withLock { $0.expiries.insert(expiry, for: session) }
    }

    func groups(of user: User.ID, at now: Timestamp) -> [String]? {
        state.withLock { state in
            guard let known = state.groups.value(for: user), now < known.until else { return nil }
            // A clock that stepped back must not keep them for longer.
            return known.until <= now.adding(seconds: Self.groupSeconds) ? known.names : nil
        }
    }

    func note(_ names: [String], of user: User.ID, at now: Timestamp) {
        state.withLock { $0.groups.insert((names, now.adding(seconds: Self.groupSeconds)), for: user) }
    }
}
