// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("GCRA")
struct GCRATests {
    private static let seed = SeededGenerator.printedSeed("gcra")

    private static let rates: [Rate] = [
        .limit(1, per: .second), .limit(3, per: .second), .limit(7, per: .minute), .limit(10, per: .minute),
        .limit(120, per: .minute), .limit(20, per: .hour), .limit(100, per: .day), .limit(100_000, per: .second),
    ]

    @Test("never allows more than the burst and the time at the rate, whatever is asked when", arguments: rates)
    func bound(rate: Rate) throws {
        guard case .limit(let number, let period) = rate else { throw Failure("a rate") }
        let rule = try #require(GCRA(rate))
        let length = Int64(period.seconds) * 1_000_000
        var generator = SeededGenerator(seed: Self.seed)
        for _ in 0..<20 {
            var (now, whole, allowed) = (Int64(1_800_000_000_000_000), Int64?.none, [Int64]())
            for _ in 0..<400 {
                let step = generator.pick([0, 0, 0, 1, rule.interval - 1, rule.interval, rule.interval * 2, length])
                now += Int64.random(in: 0...max(0, step), using: &generator)
                if case .allowed(let until) = rule.take(whole: whole, at: now) {
                    whole = until
                    allowed.append(now)
                }
            }
            for (first, start) in allowed.enumerated() {
                for last in first..<allowed.count {
                    let earned = (allowed[last] - start) * Int64(number) / length
                    #expect(Int64(last - first + 1) <= Int64(number) + earned)
                }
            }
        }
    }

    @Test("allows a whole burst at once, and the next one exactly when it was told", arguments: rates)
    func exactness(rate: Rate) throws {
        guard case .limit(let number, let period) = rate else { throw Failure("a rate") }
        let rule = try #require(GCRA(rate))
        var (whole, now) = (Int64?.none, Int64(1_000_000))
        func isAllowed(at moment: Int64) -> Bool {
            if case .allowed = rule.take(whole: whole, at: moment) { true } else { false }
        }
        for _ in 0..<min(number, 1_000) * (number > 1_000 ? 0 : 1) {
            guard case .allowed(let until) = rule.take(whole: whole, at: now) else { throw Failure("within the burst") }
            whole = until
        }
        if number > 1_000 { whole = now + rule.burst }
        for _ in 0..<5 {
            guard case .refused(let wait) = rule.take(whole: whole, at: now) else { throw Failure("spent") }
            #expect(wait == rule.interval)
            #expect(!isAllowed(at: now + wait - 1))
            now += wait
            guard case .allowed(let until) = rule.take(whole: whole, at: now) else { throw Failure("earned") }
            whole = until
        }
        // All of it comes back in one period, to a microsecond for each use.
        let length = Int64(period.seconds) * 1_000_000
        #expect((length...length + Int64(number)).contains(rule.burst))
    }

    @Test("no clock and no stored number traps or locks out for longer than an empty budget")
    func extremes() throws {
        for rate in Self.rates {
            let rule = try #require(GCRA(rate))
            for now in [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max] {
                for whole in [nil, Int64.min, -1, 0, 1, .max] {
                    if case .refused(let wait) = rule.take(whole: whole, at: now) {
                        #expect(wait > 0 && wait <= rule.interval)
                    }
                }
            }
        }
        #expect(GCRA(.off) == nil)
        for number in [0, -1, .min, .max, Rate.maximumNumber + 1] { #expect(GCRA(.limit(number, per: .day)) == nil) }
    }

    @Test("a wait is told in whole seconds, rounded up, at least one")
    func seconds() {
        let waits: [(Int64, Int)] = [
            (0, 1), (1, 1), (999_999, 1), (1_000_000, 1), (1_000_001, 2), (60_000_000, 60), (.max, 9_223_372_036_855),
            (.min, 1),
        ]
        for (wait, seconds) in waits { #expect(Throttled(scope: .register, wait: wait).retryAfter == seconds) }
    }
}
