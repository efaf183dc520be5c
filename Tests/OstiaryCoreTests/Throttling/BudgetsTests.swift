// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("Budgets")
struct BudgetsTests {
    @Test("are bounded, and those that are whole go first")
    func whole() {
        var budgets = Budgets(capacity: 100)
        for key in 0..<50 { budgets.set(10, for: UInt128(key), at: 0) }
        for key in 50..<1_000 {
            budgets.set(2_000, for: UInt128(key), at: 20)
            #expect(budgets.count <= 100)
        }
        #expect((0..<50).allSatisfy { budgets[UInt128($0)] == nil })
    }

    @Test("a flood of others does not give back what was spent", arguments: [2, 10, 1_000])
    func flood(capacity: Int) {
        var budgets = Budgets(capacity: capacity)
        budgets.set(100, for: 0, at: 0)
        for key in 1..<20_000 { budgets.set(1 + Int64(key % 50), for: UInt128(key), at: 0) }
        #expect(budgets[0] == 100)
        #expect(budgets.count <= capacity)
    }

    @Test("are bounded where all are spent alike")
    func ties() {
        var budgets = Budgets(capacity: 64)
        for key in 0..<10_000 {
            budgets.set(100, for: UInt128(key), at: 0)
            #expect((1...64).contains(budgets.count))
            #expect(budgets[UInt128(key)] == 100, "the one that was just spent is kept")
        }
    }

    @Test("several are taken together or not at all, and the longest wait is told")
    func together() throws {
        let clock = TestClock()
        let throttle = LocalThrottle(now: clock.now)
        func budget(_ scope: ThrottleScope, _ rate: Rate) throws -> Budget {
            Budget(key: BudgetKey(scope: scope, digest: 1), rule: try #require(GCRA(rate)))
        }
        let wide = try budget(.loginAccount, .limit(10, per: .minute))
        let narrow = try budget(.loginFailures, .limit(2, per: .hour))
        #expect(throttle.take([wide, narrow]) == nil)
        #expect(throttle.take([wide, narrow]) == nil)
        for _ in 0..<20 {
            #expect(throttle.take([wide, narrow]) == Throttled(scope: .loginFailures, wait: 1_800_000_000))
        }
        for _ in 0..<8 { #expect(throttle.take([wide]) == nil, "nothing of it was taken with the other one spent") }
        #expect(throttle.take([wide]) == Throttled(scope: .loginAccount, wait: 6_000_000))
        #expect(throttle.take([wide, narrow]) == Throttled(scope: .loginAccount, wait: 1_800_000_000))
        throttle.clear([narrow.key])
        #expect(throttle.take([narrow]) == nil)
        clock.advance(seconds: 6)
        #expect(throttle.take([wide, narrow]) == nil)
    }
}
