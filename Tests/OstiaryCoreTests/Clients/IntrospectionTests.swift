// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Introspection and revocation")
struct IntrospectionTests {
    private let services: Services

    init() throws { services = try Services() }

    private func introspect(_ token: String) async throws -> Introspection? {
        try await IntrospectionService(
            identity: services.identity, sessions: services.storage, settings: services.settings
        ).introspect(token, in: services.context())
    }

    private func revoke(_ token: String) async throws -> Bool {
        try await TokenRevocationService(
            identity: services.identity, logout: services.logout, sessions: services.storage
        ).revoke(token, in: services.context().by(.registeredClient("client-1")))
    }

    @Test("live tokens are told as they are")
    func live() async throws {
        let pair = try await services.session()
        let (now, context) = (services.clock.now(), services.context())
        let identity = try await services.identity.identity(bearer: pair.accessToken, in: context)
        let access = try #require(try await introspect(pair.accessToken))
        #expect(access.isAccessToken && access.user == identity.user && access.session == identity.token.sessionID)
        #expect(access.issuedAt == now && access.expiresAt == identity.token.expiresAt && access.issuer == "ostiary")
        #expect(access.audience == nil && access.clientID == nil && access.authentication == Authentication(at: now))
        let refresh = try #require(try await introspect(pair.refreshToken))
        #expect(!refresh.isAccessToken && refresh.session == access.session && refresh.user == access.user)
        #expect(refresh.issuedAt == now && refresh.expiresAt == now.adding(seconds: 30 * 86_400))
        #expect(refresh.authentication == access.authentication && refresh.issuer == "ostiary")
        let spelling = "urn:uuid:" + pair.refreshToken.uppercased()
        #expect(try await introspect(spelling) == refresh, "as where it is refreshed")
    }

    @Test("the question about a refresh token spends nothing and writes nothing")
    func spendsNothing() async throws {
        let pair = try await services.session()
        let before = try await services.events
        for _ in 0..<5 { #expect(try await introspect(pair.refreshToken) != nil) }
        let next = try #require(try await services.refresh.refresh(pair.token(), in: services.context()))
        #expect(try await services.events == before)
        for _ in 0..<5 { #expect(try await introspect(pair.refreshToken) == nil, "spent") }
        #expect(try await introspect(next.refreshToken) != nil, "a spent token that is asked about is no replay")
        #expect(try await services.refresh.refresh(next.token(), in: services.context()) != nil)
    }

    @Test("tokens that are not live: expired, of an ended session, of an inactive or deleted user, unknown")
    func notLive() async throws {
        let (first, second) = (try await services.session("a@example.com"), try await services.session("b@example.com"))
        let third = try await services.session("c@example.com")
        for pair in [first, second, third] {
            #expect(try await introspect(pair.accessToken) != nil)
            #expect(try await introspect(pair.refreshToken) != nil)
        }
        #expect(try await services.logout.logout(first.token(), in: services.context()))
        _ = try await services.accounts.setActive(false, id: 2, in: services.context())
        try await services.accounts.delete(id: 3, in: services.context())
        for pair in [first, second, third] {
            #expect(try await introspect(pair.accessToken) == nil)
            #expect(try await introspect(pair.refreshToken) == nil)
        }
        for text in ["", "x", "00000000-0000-0000-0000-000000000000", "a.b.c", first.accessToken + "x"] {
            #expect(try await introspect(text) == nil, "\(text)")
        }
        let last = try await services.session("d@example.com")
        services.clock.advance(seconds: 30 * 86_400 - 1)
        #expect(try await introspect(last.accessToken) == nil)
        #expect(try await introspect(last.refreshToken) != nil)
        services.clock.advance(seconds: 1)
        #expect(try await introspect(last.refreshToken) == nil)
    }

    @Test("a refresh token ends with the longest session")
    func longestSession() async throws {
        let pair = try await services.session()
        _ = try await services.settings.set("SESSION_MAX_LIFETIME", to: "3600", in: .test())
        let end = services.clock.now().adding(seconds: 3_600)
        #expect(try await introspect(pair.refreshToken)?.expiresAt == end)
        services.clock.advance(seconds: 3_600)
        #expect(try await introspect(pair.refreshToken) == nil)
    }

    @Test("a known token costs no query")
    func memory() async throws {
        let pair = try await services.session()
        let counting = CountingSessionStore(services.storage)
        let identity = IdentityService(
            codec: services.codec, sessions: counting, memory: services.memory, now: services.clock.now)
        let introspection = IntrospectionService(
            identity: identity, sessions: counting, settings: services.settings)
        for _ in 0..<10 {
            #expect(try await introspection.introspect(pair.accessToken, in: services.context()) != nil)
        }
        #expect(counting.standings == 1)
    }

    @Test("a revocation ends the session, by a token of either kind, and tells nothing")
    func revocation() async throws {
        let pairs = [
            try await services.session("a@example.com"), try await services.session("b@example.com"),
            try await services.session("c@example.com"),
        ]
        #expect(try await revoke(pairs[0].accessToken))
        #expect(try await revoke(pairs[1].refreshToken))
        for pair in pairs[..<2] {
            #expect(try await introspect(pair.accessToken) == nil)
            #expect(try await introspect(pair.refreshToken) == nil)
            #expect(try await services.refresh.refresh(pair.token(), in: services.context()) == nil)
        }
        #expect(try await introspect(pairs[2].refreshToken) != nil, "others go on")
        for text in [pairs[0].accessToken, pairs[1].refreshToken, "", "x", pairs[2].accessToken + "x"] {
            #expect(try await revoke(text), "\(text)")
        }
        #expect(try await introspect(pairs[2].refreshToken) != nil)
        let ends = try await services.entries.filter { $0.event == .loggedOut }
        #expect(ends.map(\.actor) == ["client:client-1", "client:client-1"])
    }

    @Test("an access token without session cannot be revoked")
    func withoutSession() async throws {
        _ = try await services.session()
        let token = AccessToken(
            userID: 1, expiresAt: services.clock.now().adding(seconds: 60), issuedAt: services.clock.now(), id: "1",
            sessionID: nil)
        let text = services.codec.sign(token)
        let found = try #require(try await introspect(text))
        #expect(found.session == nil && found.authentication == nil)
        #expect(try await !revoke(text))
        #expect(try await introspect(text) != nil)
    }
}
