// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryRedis

/// The script on a real Redis.
@Suite("Budgets on Redis", .onItsOwnThread) struct RedisThrottleTests {
    private func budget(_ number: Int, _ text: String, _ scope: ThrottleScope = .loginAccount) throws -> Budget {
        let rate = try #require(Rate(settingText: text))
        return Budget(key: BudgetKey(scope: scope, digest: UInt128(number)), rule: try #require(GCRA(rate)))
    }

    /// - Parameter patience: long where time is not what is tested: machines are busy, and who waits too long decides alone.
    private func run(
        patience: Duration = .seconds(10), _ test: (RedisServer, RedisWire, [RedisThrottle]) async throws -> Void
    ) async throws {
        let redis = try RedisServer()
        try await ClientOnRedis.run(redis.url) { one in
            try one.connected()
            try await ClientOnRedis.run(redis.url) { other in
                try other.connected()
                var logger = Logger(label: "test")
                logger.logLevel = .critical
                let throttles = [one, other].map {
                    RedisThrottle(client: $0.client, local: LocalThrottle(), logger: logger, patience: patience)
                }
                try await test(redis, try redis.connection(), throttles)
            }
        }
    }

    @Test("are taken together or not at all, by all nodes from one, in one call")
    func together() async throws {
        try await run { _, wire, nodes in
            let (wide, narrow) = (try budget(1, "10/hour"), try budget(2, "2/hour", .loginFailures))
            #expect(await nodes[0].take([wide, narrow]) == nil)
            #expect(await nodes[1].take([wide, narrow]) == nil)
            let before = try wire.callCounts()["evalsha", default: 0]
            for number in 0..<10 {
                let refused = try #require(await nodes[number % 2].take([wide, narrow]))
                #expect(refused.scope == .loginFailures && (1_790...1_800).contains(refused.retryAfter))
            }
            #expect(try wire.callCounts()["evalsha", default: 0] == before + 10)
            for number in 0..<8 { #expect(await nodes[number % 2].take([wide]) == nil) }
            let refused = try #require(await nodes[0].take([wide]))
            #expect(refused.scope == .loginAccount && (350...360).contains(refused.retryAfter))
            await nodes[1].clear([narrow.key])
            #expect(await nodes[0].take([narrow]) == nil)
            #expect(nodes[0].isShared && nodes[1].isShared)
        }
    }

    @Test("allow what the rule allows, use by use", arguments: ["1/min", "7/min", "20/hour", "100/day"])
    func rule(text: String) async throws {
        try await run { _, wire, nodes in
            let budget = try budget(3, text)
            let key = TakeScript.key(budget.key, prefix: "ostiary:throttle:")
            let uses = budget.rule.burst / budget.rule.interval
            for spent in 0...uses + 1 {
                let now = try wire.now()
                // Half a use from where the verdict changes, so that no delay matters.
                let whole = now + budget.rule.interval * spent + budget.rule.interval / 2
                try wire.set(key, Array(String(whole).utf8))
                let refused = await nodes[0].take([budget])
                switch budget.rule.take(whole: whole, at: now) {
                case .allowed(let until):
                    #expect(refused == nil, "\(spent) spent")
                    #expect(try wire.get(key) == Array(String(until).utf8), "the very microsecond")
                    guard case .integer(let left) = try wire.command("PTTL", key) else { throw Failure("no expiry") }
                    #expect(abs(Int64(left) * 1_000 - (until - now)) < 2_000_000)
                case .refused(let wait):
                    let told = Throttled(scope: .loginAccount, wait: wait).retryAfter
                    #expect(refused.map { (told - 2...told).contains($0.retryAfter) } == true, "\(spent) spent")
                    #expect(try wire.get(key) == Array(String(whole).utf8), "nothing was taken")
                }
            }
        }
    }

    @Test("whatever stands in a key locks nobody out for longer than an empty budget")
    func foreign() async throws {
        try await run { _, wire, nodes in
            let budget = try budget(4, "2/hour")
            let key = TakeScript.key(budget.key, prefix: "ostiary:throttle:")
            for text in ["9e300", "1e16", "inf", "x", "", "-1", "9223372036854775807"] {
                try wire.set(key, Array(text.utf8))
                if let refused = await nodes[0].take([budget]) { #expect(refused.retryAfter <= 1_800, "\(text)") }
            }
            let list = try self.budget(6, "2/hour")
            try wire.command("LPUSH", TakeScript.key(list.key, prefix: "ostiary:throttle:"), "1")
            #expect(await nodes[0].take([list]) == nil, "by the node itself")
            #expect(!nodes[0].isShared)
        }
    }

    @Test("a server that lost the script is sent it again, and one that is gone is done without at once")
    func lost() async throws {
        try await run(patience: .milliseconds(400)) { redis, wire, nodes in
            let budget = try budget(5, "3/hour")
            #expect(await nodes[0].take([budget]) == nil)
            try wire.command("SCRIPT", "FLUSH")
            #expect(await nodes[0].take([budget]) == nil)
            #expect(nodes[0].isShared)
            redis.pause()
            let start = ContinuousClock.now
            #expect(await nodes[0].take([budget]) == nil, "two of three are known here")
            figure("redis hung: a budget of the node itself after", seconds: seconds(since: start))
            #expect(seconds(since: start) < 1)
            #expect(await nodes[0].take([budget])?.scope == .loginAccount)
            #expect(!nodes[0].isShared)
            redis.resume()
            let shared = ContinuousClock.now
            while !nodes[0].isShared, seconds(since: shared) < 5 {
                pause(0.02)
                await nodes[0].clear([budget.key])
            }
            #expect(nodes[0].isShared)
            for _ in 0..<3 { #expect(await nodes[0].take([budget]) == nil) }
            #expect(await nodes[1].take([budget]) != nil)
        }
    }
}

extension RedisWire {
    /// Microseconds by the server's clock.
    fileprivate func now() throws -> Int64 {
        guard case .array(let parts) = try command("TIME"), parts.count == 2, case .text(let seconds) = parts[0],
            case .text(let micros) = parts[1], let whole = Int64(String(decoding: seconds, as: UTF8.self)),
            let rest = Int64(String(decoding: micros, as: UTF8.self))
        else { throw Failure("no time") }
        return whole * 1_000_000 + rest
    }
}
