// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The building blocks of the cases. Times are relative to one fixed moment.
extension Stores {
    package static let start = Timestamp(seconds: 1_800_000_000)
    static let lifetimes = TokenLifetimes(accessToken: 60, refreshToken: 600)

    package func makeUser(_ email: String, password: String = "encoded") async throws -> User {
        guard let address = EmailAddress(email) else { throw ConformanceFailure(description: "bad address \(email)") }
        switch try await accounts.create(NewUser(email: address, encodedPassword: password)) {
        case .created(let user): return user
        case .emailTaken: throw ConformanceFailure(description: "\(email) is taken in an empty store")
        }
    }

    func address(_ text: String) throws -> EmailAddress {
        guard let address = EmailAddress(text) else { throw ConformanceFailure(description: "bad address \(text)") }
        return address
    }

    func network(_ address: String) throws -> Network {
        guard let address = IPAddress(address) else { throw ConformanceFailure(description: "bad address \(address)") }
        return Network(address)
    }

    /// The digest of a token, by its number.
    func digest(_ number: Int) -> RefreshTokenDigest { RefreshToken(bits: UInt128(number)).digest }

    func session(_ number: Int) -> SessionID { SessionID(bits: UInt128(number)) }

    /// Opens session `number` with the refresh token of the same number.
    @discardableResult
    package func open(
        _ number: Int, for user: User, password: String = "encoded", lifetimes: TokenLifetimes = Stores.lifetimes,
        from network: String? = nil, at now: Timestamp = Stores.start
    ) async throws -> SessionOpening {
        try await sessions.open(
            newSession(number, for: user, password: password, lifetimes: lifetimes, from: network, at: now), at: now
        )
    }

    func authenticated(_ number: Int, _ user: User.ID, at now: Timestamp = Stores.start) -> AuthenticatedSession {
        AuthenticatedSession(id: session(number), user: user, authentication: Authentication(at: now))
    }

    /// - Parameter address: an address in the network to record; nil for none.
    func newSession(
        _ number: Int, for user: User, password: String = "encoded", lifetimes: TokenLifetimes = Stores.lifetimes,
        from address: String?, at now: Timestamp = Stores.start
    ) -> NewSession {
        NewSession(
            authenticated(number, user.id, at: now), proof: .password(verified: password),
            refreshToken: digest(number),
            expiry: lifetimes.expiry(sessionStartedAt: now, now: now),
            network: address.flatMap(IPAddress.init).map(Network.init)
        )
    }

    func rotate(
        _ presented: Int, to successor: Int, key: String? = nil, lifetimes: TokenLifetimes = Stores.lifetimes,
        after seconds: Int = 1
    ) async throws -> RotationOutcome {
        try await sessions.rotate(
            rotation(
                presented, to: successor, key: key, lifetimes: lifetimes, at: Stores.start.adding(seconds: seconds))
        )
    }

    func rotation(
        _ presented: Int, to successor: Int, key: String?, lifetimes: TokenLifetimes, at now: Timestamp
    ) -> Rotation {
        Rotation(
            presented: digest(presented), successor: digest(successor), seal: { seal(successor, in: $0) },
            request: RefreshRule.Request(
                key: key.flatMap { IdempotencyKey("the-key-of-a-test-\($0)") }?.digest, lifetimes: lifetimes, now: now
            )
        )
    }

    /// Any bytes, since stores keep them without reading them.
    func seal(_ successor: Int, in session: SessionID) -> SealedSuccessor {
        SealedSuccessor(bytes: digest(successor).bytes + session.bytes)
    }

    func isLive(_ number: Int, user: User) async throws -> Bool {
        try await sessions.standing(session: session(number), user: user.id)?.isSessionLive ?? false
    }
}

extension RotationOutcome {
    var isRotated: Bool { if case .rotated = self { true } else { false } }
    var isRepeated: Bool { if case .repeated = self { true } else { false } }
    var isReplayed: Bool { if case .replayed = self { true } else { false } }
}
