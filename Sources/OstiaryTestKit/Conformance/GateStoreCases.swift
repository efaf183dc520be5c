// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The cases that every store of the gate passes. Each begins without accounts.
package struct GateStoreCases: Sendable {
    let gate: any GateStore
    let accounts: any AccountStore
    let sessions: any SessionStore

    package init(gate: any GateStore, accounts: any AccountStore, sessions: any SessionStore) {
        self.gate = gate
        self.accounts = accounts
        self.sessions = sessions
    }

    private static let origin = "https://app.example.com"
    private static let state = GateSecret(random: { 7 }).digest(for: .state)
    private static let otherState = GateSecret(random: { 8 }).digest(for: .state)

    private func context(_ seconds: Int = 0) -> RequestContext { .test(at: Stores.start.adding(seconds: seconds)) }

    private func session(_ number: Int) -> SessionID { SessionID(bits: UInt128(number)) }

    private func user() async throws -> User {
        guard let email = EmailAddress("gate@example.com"),
            case .created(let user) = try await accounts.create(
                NewUser(email: email, encodedPassword: "encoded"), in: context())
        else { throw ConformanceFailure(description: "no account") }
        return user
    }

    /// Opens the session of a number, whose tokens live for ten minutes.
    private func open(_ number: Int, for user: User) async throws {
        let now = Stores.start
        let lifetimes = TokenLifetimes(accessToken: 60, refreshToken: 600)
        let new = NewSession(
            AuthenticatedSession(id: session(number), user: user.id, authentication: Authentication(at: now)),
            proof: .password(verified: "encoded"), refreshToken: RefreshToken(bits: UInt128(number)).digest,
            expiry: lifetimes.expiry(sessionStartedAt: now, now: now), network: nil)
        guard case .opened = try await sessions.open(new, in: context()) else {
            throw ConformanceFailure(description: "no session")
        }
    }

    private func ticket(_ number: Int, of session: Int, at seconds: Int = 0) -> GateTicket {
        GateTicket(
            digest: digest(number), session: self.session(session), origin: Self.origin, state: Self.state,
            expiresAt: Stores.start.adding(seconds: seconds + GateTicket.lifetime))
    }

    private func digest(_ number: Int) -> GateDigest {
        GateSecret(random: { UInt128(number) }).digest(for: .ticket)
    }

    private func redeem(
        _ number: Int, origin: String = Self.origin, state: GateDigest = Self.state, at seconds: Int = 1
    ) async throws -> GateEntry? {
        try await gate.redeem(digest(number), origin: origin, state: state, in: context(seconds))
    }

    /// A ticket is used once, by the right browser on the right host. Who is none of both does not use it up.
    package static func uses(_ cases: GateStoreCases) async throws {
        let user = try await cases.user()
        try await cases.open(1, for: user)
        try require(try await cases.gate.add(cases.ticket(1, of: 1), in: cases.context()), "kept")
        try require(try await cases.redeem(1, origin: "https://other.example.com") == nil, "another host")
        try require(try await cases.redeem(1, state: Self.otherState) == nil, "another browser")
        try require(try await cases.redeem(2) == nil, "another ticket")
        try require(try await cases.redeem(1, at: 60) == nil, "it has expired after a minute")
        let entry = GateEntry(
            session: cases.session(1), user: user.id, expiresAt: Stores.start.adding(seconds: 600),
            authenticatedAt: Stores.start)
        try requireEqual(try await cases.redeem(1, at: 59), entry, "the session of the ticket")
        try require(try await cases.redeem(1, at: 59) == nil, "used twice")
    }

    /// Of many that use one ticket at once, one does.
    package static func races(_ cases: GateStoreCases) async throws {
        try await cases.open(1, for: cases.user())
        try require(try await cases.gate.add(cases.ticket(1, of: 1), in: cases.context()), "kept")
        let count = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try await cases.redeem(1) != nil } }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try requireEqual(count, 1, "one use")
    }

    /// A session that has ended has no tickets, and no time to live.
    package static func ends(_ cases: GateStoreCases) async throws {
        let user = try await cases.user()
        for number in 1...2 { try await cases.open(number, for: user) }
        try require(try await !cases.gate.add(cases.ticket(1, of: 3), in: cases.context()), "an unknown session")
        try require(try await !cases.gate.add(cases.ticket(1, of: 1), in: cases.context(600)), "an expired session")
        try require(try await cases.gate.add(cases.ticket(1, of: 1), in: cases.context()), "kept")
        let context = cases.context(1)
        try requireEqual(
            try await cases.gate.expiry(of: cases.session(1), in: context), Stores.start.adding(seconds: 600), "expiry")
        try require(try await cases.sessions.end(cases.session(1), of: user.id, in: context), "ended")
        try require(try await cases.redeem(1) == nil, "the ticket of an ended session")
        try require(try await !cases.gate.add(cases.ticket(2, of: 1), in: context), "a ticket for an ended session")
        try require(try await cases.gate.expiry(of: cases.session(1), in: context) == nil, "an ended session")
        try require(try await cases.gate.add(cases.ticket(3, of: 2), in: context), "the other one goes on")
        try requireEqual(try await cases.gate.groups(of: user.id, in: context), [], "no groups")
    }

    /// A session has few tickets at once, and those that have expired are deleted.
    package static func bounds(_ cases: GateStoreCases) async throws {
        try await cases.open(1, for: cases.user())
        for number in 1...12 {
            try require(
                try await cases.gate.add(cases.ticket(number, of: 1, at: number), in: cases.context(number)), "kept")
        }
        try require(try await cases.redeem(2, at: 13) == nil, "one of the oldest is gone")
        try require(try await cases.redeem(3, at: 13) != nil, "one of the last ten is there")
        let deleted = try await cases.sessions.deleteExpired(at: Stores.start.adding(seconds: 72), limit: 100)
        try requireEqual(deleted, 9, "the expired ones")
        try require(try await cases.redeem(12, at: 13) == nil, "deleted")
    }

    /// A refresh token is over once it was spent and its successor has expired, and not before.
    package static func spent(_ cases: GateStoreCases) async throws {
        try await cases.open(1, for: cases.user())
        let lifetimes = TokenLifetimes(accessToken: 60, refreshToken: 600)
        func isOver(_ number: Int, at seconds: Int) async throws -> Bool {
            let digest = RefreshToken(bits: UInt128(number)).digest
            return try await cases.gate.isOver(digest, in: cases.context(seconds))
        }
        try requireEqual(try await isOver(1, at: 700), false, "a live token is judged by those that it is presented to")
        try requireEqual(try await isOver(9, at: 0), false, "an unknown token")
        let rotation = Rotation(
            presented: RefreshToken(bits: 1).digest, successor: RefreshToken(bits: 2).digest,
            seal: { _ in SealedSuccessor(bytes: [UInt8](repeating: 0, count: 44)) },
            request: RefreshRule.Request(
                key: IdempotencyKey("the-key-of-a-test")?.digest, lifetimes: lifetimes,
                now: Stores.start.adding(seconds: 100)))
        guard case .rotated = try await cases.sessions.rotate(rotation, in: cases.context(100)) else {
            throw ConformanceFailure(description: "not rotated")
        }
        try requireEqual(try await isOver(1, at: 699), false, "the successor lives")
        try requireEqual(try await isOver(1, at: 700), true, "the successor has expired")
        try requireEqual(try await isOver(2, at: 700), false, "nobody has spent the successor")
    }

    /// The cases by name.
    package static let all: [(name: String, run: @Sendable (GateStoreCases) async throws -> Void)] = [
        ("uses", uses), ("races", races), ("ends", ends), ("bounds", bounds), ("spent", spent),
    ]
}
