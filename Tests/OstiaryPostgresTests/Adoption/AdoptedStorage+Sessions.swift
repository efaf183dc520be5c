// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport

/// Sessions and tokens by numbers.
extension AdoptedStorage {
    static let start = Timestamp(seconds: 1_800_000_000)
    static let lifetimes = TokenLifetimes(accessToken: 60, refreshToken: 600)

    func token(_ number: Int) -> RefreshToken { RefreshToken(bits: UInt128(number)) }

    /// The text of a token in Django's table.
    func text(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    func session(_ number: Int) -> SessionID { SessionID(bits: UInt128(number)) }

    /// Opens session `number` with the refresh token of the same number.
    @discardableResult
    func open(
        _ number: Int, for user: User.ID, limit: Int? = nil, namesGroups: Bool = false, at now: Timestamp = start
    ) async throws -> SessionOpening {
        try await stores.sessions.open(new(number, for: user, limit: limit, namesGroups: namesGroups, at: now), at: now)
    }

    func new(
        _ number: Int, for user: User.ID, password: String = "encoded", limit: Int? = nil, namesGroups: Bool = false,
        at now: Timestamp = start
    ) -> NewSession {
        NewSession(
            AuthenticatedSession(id: session(number), user: user, authentication: Authentication(at: now)),
            proof: .password(verified: password), refreshToken: token(number).digest,
            expiry: Self.lifetimes.expiry(sessionStartedAt: now, now: now), limit: limit, namesGroups: namesGroups)
    }

    /// Exchanges one token for another, of Django or not.
    func exchange(
        _ presented: Int, for successor: Int, key: String? = nil, lifetimes: TokenLifetimes = lifetimes,
        after seconds: Int = 1
    ) async throws -> RotationOutcome {
        let now = Self.start.adding(seconds: seconds)
        var rotation = Rotation(
            presented: token(presented).digest, successor: token(successor).digest,
            seal: { [token = token(successor)] in SealedSuccessor(bytes: token.digest.bytes + $0.bytes) },
            request: RefreshRule.Request(
                key: key.flatMap { IdempotencyKey("the-key-of-a-test-\($0)") }?.digest, lifetimes: lifetimes, now: now))
        rotation.legacy = LegacyExchange(
            presented: token(presented), successor: token(successor), session: session(100_000 + successor))
        return try await stores.sessions.rotate(rotation)
    }

    /// Writes a refresh token as Django does.
    func addToken(_ number: Int, of user: User.ID, expiresAfter seconds: Int = 600) async throws {
        let (now, expiry) = (Self.start, Self.start.adding(seconds: seconds))
        try await run(
            """
            INSERT INTO auth_api_refreshtoken (token, created_at, expires_at, user_id)
            VALUES (\(untyped: text(number)), \(moment: now), \(moment: expiry), \(user))
            """)
    }

    /// The numbers of the tokens in Django's table.
    func tokens() async throws -> Set<Int> {
        let rows = try await run("SELECT replace(CAST(token AS text), '-', '') FROM auth_api_refreshtoken")
        return Set(rows.compactMap { Int($0[0], radix: 16) })
    }
}

extension RotationOutcome {
    var isRotated: Bool { if case .rotated = self { true } else { false } }
    var isRepeated: Bool { if case .repeated = self { true } else { false } }
    var isReplayed: Bool { if case .replayed = self { true } else { false } }
}
