// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Identity")
struct IdentityServiceTests {
    @Test("a token proves its user until it expires")
    func expiry() async throws {
        let services = try Services()
        _ = try await services.settings.set("ACCESS_TOKEN_LIFETIME", to: "60", in: .test())
        let pair = try await services.session()
        let identity = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        #expect(identity.user.email == "first@example.com")
        services.clock.advance(seconds: 59)
        _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        services.clock.advance(seconds: 1)
        await #expect(throws: AccessTokenError.expired) {
            try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        }
    }

    @Test("logout, deactivation and deletion are felt by the next request", arguments: [true, false])
    func atOnce(isLeaseHeld: Bool) async throws {
        let services = try Services()
        services.lease.isHeld = isLeaseHeld
        let first = try await services.session("first@example.com")
        let second = try await services.session("second@example.com")
        let third = try await services.session("third@example.com")
        for pair in [first, second, third] {
            _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        }
        #expect(try await services.logout.logout(try first.token(), in: services.context()))
        _ = try await services.accounts.setActive(false, id: 2, in: services.context())
        try await services.accounts.delete(id: 3, in: services.context())
        let inactive = isLeaseHeld ? AccessTokenError.userInactive : .sessionEnded
        for (pair, error) in [(first, AccessTokenError.sessionEnded), (second, inactive), (third, .sessionEnded)] {
            for _ in 0..<2 {
                await #expect(throws: error) {
                    try await services.identity.identity(bearer: pair.accessToken, in: services.context())
                }
            }
        }
    }

    @Test("a look at memory alone does not take the place of the question that tells why a session has ended")
    func whyEnded() async throws {
        let services = try Services()
        let pair = try await services.session()
        _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        _ = try await services.accounts.setActive(false, id: 1, in: services.context())
        // As another process would have told: the user is not remembered, and the session has ended.
        for _ in 0..<3 { #expect(services.identity.remembered(bearer: pair.accessToken) == nil) }
        for _ in 0..<3 {
            await #expect(throws: AccessTokenError.userInactive) {
                try await services.identity.identity(bearer: pair.accessToken, in: services.context())
            }
        }
    }

    @Test("with a lease a known identity costs no query; without one each request asks")
    func lease() async throws {
        let services = try Services()
        let pair = try await services.session()
        let counting = CountingSessionStore(services.storage)
        let identity = IdentityService(
            codec: services.codec, sessions: counting, memory: services.memory, now: services.clock.now
        )
        for _ in 0..<10 { _ = try await identity.identity(bearer: pair.accessToken, in: services.context()) }
        #expect(counting.standings == 1)
        services.lease.isHeld = false
        for _ in 0..<10 { _ = try await identity.identity(bearer: pair.accessToken, in: services.context()) }
        #expect(counting.standings == 11)
    }

    @Test("an ended session's token has the store asked once, for the reason")
    func endedOnce() async throws {
        let services = try Services()
        services.lease.isHeld = true
        let pair = try await services.session()
        let counting = CountingSessionStore(services.storage)
        let identity = IdentityService(
            codec: services.codec, sessions: counting, memory: services.memory, now: services.clock.now
        )
        _ = try await identity.identity(bearer: pair.accessToken, in: services.context())
        _ = try await services.accounts.setActive(false, id: 1, in: services.context())
        for _ in 0..<10 {
            await #expect(throws: AccessTokenError.userInactive) {
                try await identity.identity(bearer: pair.accessToken, in: services.context())
            }
        }
        #expect(counting.standings == 2)
        _ = try await services.accounts.setActive(true, id: 1, in: services.context())
        for _ in 0..<10 {
            await #expect(throws: AccessTokenError.sessionEnded) {
                try await identity.identity(bearer: pair.accessToken, in: services.context())
            }
        }
        #expect(counting.standings == 2)
    }

    @Test("what was read before a notice is not remembered after it")
    func lateFill() async throws {
        let services = try Services()
        let pair = try await services.session()
        let token = try services.codec.verify(pair.accessToken, now: services.clock.now())
        guard case .unknown(let ticket) = services.memory.cachedIdentity(token, now: services.clock.now()) else {
            Issue.record("known already")
            return
        }
        let standing = try #require(
            try await services.storage.standing(session: token.sessionID, user: token.userID)
        )
        services.memory.receive(.changes([.user(token.userID)]))
        services.memory.remember(standing, token: token, ticket: ticket, now: services.clock.now())
        guard case .unknown = services.memory.cachedIdentity(token, now: services.clock.now()) else {
            Issue.record("an old answer was remembered")
            return
        }
    }

    @Test("everything is forgotten when notices were missed")
    func everything() async throws {
        let services = try Services()
        let pair = try await services.session()
        _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        let token = try services.codec.verify(pair.accessToken, now: services.clock.now())
        services.memory.receive(.everything)
        guard case .unknown = services.memory.cachedIdentity(token, now: services.clock.now()) else {
            Issue.record("still remembered")
            return
        }
    }

    @Test("a token of the predecessor, without a session, is judged by its user")
    func predecessor() async throws {
        let services = try Services()
        _ = try await services.session()
        let token = AccessToken(
            userID: 1, expiresAt: services.clock.now().adding(seconds: 60), issuedAt: nil, id: nil, sessionID: nil
        )
        let text = services.codec.sign(token)
        #expect(try await services.identity.identity(bearer: text, in: services.context()).user.id == 1)
        _ = try await services.accounts.setActive(false, id: 1, in: services.context())
        await #expect(throws: AccessTokenError.userInactive) {
            try await services.identity.identity(bearer: text, in: services.context())
        }
    }

    @Test("what ends all sessions ends the predecessor's tokens that were issued before")
    func predecessorsEnd() async throws {
        let services = try Services()
        _ = try await services.session()
        services.lease.isHeld = true
        func token(issued: Timestamp?) -> String {
            services.codec.sign(
                AccessToken(
                    userID: 1, expiresAt: services.clock.now().adding(seconds: 600), issuedAt: issued, id: nil,
                    sessionID: nil))
        }
        let start = services.clock.now()
        let (old, undated) = (token(issued: start), token(issued: nil))
        for _ in 0..<2 {
            for text in [old, undated] {
                #expect(try await services.identity.identity(bearer: text, in: services.context()).user.id == 1)
            }
        }
        services.clock.advance(seconds: 2)
        let young = token(issued: services.clock.now().adding(seconds: 1))
        try await services.storage.endAll(of: 1, but: nil, at: services.clock.now())
        for _ in 0..<2 {
            for text in [old, undated] {
                await #expect(throws: AccessTokenError.sessionEnded) {
                    try await services.identity.identity(bearer: text, in: services.context())
                }
            }
            #expect(try await services.identity.identity(bearer: young, in: services.context()).user.id == 1)
        }
        // A token with a session has the store read the user, which must not bring them back.
        let pair = try await services.session()
        _ = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
        await #expect(throws: AccessTokenError.sessionEnded) {
            try await services.identity.identity(bearer: old, in: services.context())
        }
    }

    @Test("memory is bounded")
    func bounded() {
        var cache = BoundedCache<Int, Int>(capacity: 100)
        for number in 0..<10_000 {
            cache.insert(number, for: number)
            #expect(cache.count <= 100)
            #expect(cache.value(for: number) == number)
        }
        #expect(cache.value(for: 0) == nil)
    }
}
