// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

/// When a session was last used is written seldom.
@Suite struct SessionActivityTests {
    private let services: Services
    private let pair: TokenPair

    init() async throws {
        services = try Services()
        pair = try await services.session()
    }

    private var uses: SessionActivityService {
        SessionActivityService(sessions: services.storage, memory: services.memory)
    }

    private func lastUse() async throws -> Timestamp? {
        try await services.storage.list(of: 1, after: nil, at: services.clock.now(), limit: 1).first?.lastUsedAt
    }

    @Test("many uses are one write, and none at all so soon after the login", arguments: [true, false])
    func throttled(holdsLease: Bool) async throws {
        services.lease.isHeld = holdsLease
        let login = services.clock.now()
        for _ in 0..<300 {
            services.clock.advance(seconds: 1)
            _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
            #expect(services.memory.takeActivity() == [])
        }
        services.clock.advance(seconds: 1)
        for _ in 0..<100 { _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context()) }
        try await uses.write()
        #expect(try await lastUse() == login.adding(seconds: 301))
        for _ in 0..<100 { _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context()) }
        #expect(services.memory.takeActivity() == [])
        services.clock.advance(seconds: -3_600)
        _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        #expect(services.memory.takeActivity() == [], "a clock that stepped back is no use")
    }

    @Test("a first use long after the login is written")
    func late() async throws {
        services.clock.advance(seconds: 4_000)
        _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        try await uses.write()
        #expect(try await lastUse() == services.clock.now())
    }

    @Test("what cannot be written is bounded")
    func bounded() async throws {
        let memory = IdentityCache(capacity: 10) { true }
        for number in UInt8(0)..<100 {
            let id = try #require(SessionID(bytes: Array(repeating: number, count: 16)))
            let user = try #require(try await services.storage.user(id: 1))
            let token = AccessToken(
                userID: 1, expiresAt: Timestamp(seconds: 9_000), issuedAt: nil, id: nil, sessionID: id
            )
            guard case .unknown(let ticket) = memory.cachedIdentity(token, now: Timestamp(seconds: 1_000)) else {
                return
            }
            let standing = SessionStatus(user: user, isSessionLive: true, lastUsedAt: Timestamp(seconds: 0))
            memory.remember(standing, token: token, ticket: ticket, now: Timestamp(seconds: 1_000))
        }
        #expect(memory.takeActivity().count == 10)
    }
}
