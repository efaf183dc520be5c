// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("Throttled refreshes")
struct RefreshThrottlingTests {
    private let services: Services

    init() throws { services = try Services { LocalThrottle(now: $0.now) } }

    private static let spent = Throttled(scope: .refresh, wait: 500_000)

    /// Refreshes until the budget is spent; the live token.
    private func exhaust(_ refresh: RefreshService, _ pair: TokenPair, key: (Int) -> IdempotencyKey?) async throws
        -> RefreshToken
    {
        var token = try pair.token()
        for number in 0..<120 {
            token = try #require(try await refresh.refresh(token, key: key(number), in: services.context())).token()
        }
        return token
    }

    private func key(_ number: Int) -> IdempotencyKey? { IdempotencyKey("a-key-of-a-test-\(number)") }

    @Test("spend nothing: the same token and key work when it is time, and other sessions all along")
    func nothingIsSpent() async throws {
        let (pair, refresh) = (try await services.session(), services.refresh)
        let other = try await services.session()
        let token = try await exhaust(refresh, pair, key: key)
        for _ in 0..<5 {
            await #expect(throws: Self.spent) {
                _ = try await refresh.refresh(token, key: key(500), in: services.context())
            }
        }
        #expect(try await refresh.refresh(other.token(), in: services.context()) != nil)
        services.clock.advance(seconds: Self.spent.retryAfter)
        #expect(try await refresh.refresh(token, key: key(500), in: services.context()) != nil)
        #expect(try await refresh.refresh(token, key: key(500), in: services.context()) != nil, "a repetition")
        await #expect(throws: Self.spent) {
            _ = try await refresh.refresh(token, key: key(500), in: services.context())
        }
    }

    @Test("count by session: another server that shares the budgets, and each of the session's tokens")
    func bySession() async throws {
        let throttle = LocalThrottle(now: services.clock.now)
        let throttling = Throttling(throttle, settings: services.settings, root: try .test())
        let nodes = (0..<2).map { _ in
            RefreshService(
                sessions: services.storage, issuer: services.issuer, settings: services.settings,
                throttling: throttling
            )
        }
        var token = try await services.session().token()
        var earlier: [RefreshToken] = []
        for number in 0..<60 {
            earlier.append(token)
            token = try #require(try await nodes[number % 2].refresh(token, key: key(number), in: services.context()))
                .token()
        }
        for number in 0..<60 {
            #expect(
                try await nodes[number % 2].refresh(earlier[number], key: key(number), in: services.context()) != nil)
        }
        for node in nodes {
            await #expect(throws: Self.spent) {
                _ = try await node.refresh(token, key: key(60), in: services.context())
            }
            await #expect(throws: Self.spent) {
                _ = try await node.refresh(earlier[0], key: key(0), in: services.context())
            }
        }
    }

    @Test("hide no theft: a replay ends the session whoever spent its budget")
    func replay() async throws {
        let (pair, refresh) = (try await services.session(), services.refresh)
        let live = try await exhaust(refresh, pair, key: key)
        #expect(try await refresh.refresh(pair.token(), key: key(77), in: services.context()) == nil)
        guard try await services.events.last == .refreshTokenReplayed else { throw Failure("the replay is told") }
        #expect(try await refresh.refresh(live, key: key(78), in: services.context()) == nil, "the session has ended")
    }

    @Test("unknown tokens are refused as ever, and off is off")
    func unknown() async throws {
        let (pair, refresh) = (try await services.session(), services.refresh)
        for number in 0..<200 {
            #expect(try await refresh.refresh(RefreshToken(bits: UInt128(number)), in: services.context()) == nil)
        }
        let token = try await exhaust(refresh, pair, key: key)
        _ = try await services.settings.set("THROTTLE_REFRESH", to: "off", in: .test())
        #expect(try await refresh.refresh(token, key: key(500), in: services.context()) != nil)
    }
}
