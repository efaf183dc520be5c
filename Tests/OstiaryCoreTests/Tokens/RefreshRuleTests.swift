// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

/// The table of docs/features/sessions.md, row by row.
@Suite("Refresh rule")
struct RefreshRuleTests {
    private let now = Timestamp(seconds: 1_000)
    private let start = Timestamp(seconds: 500)

    private func key(_ text: String?) -> IdempotencyKeyDigest? {
        text.flatMap { IdempotencyKey("key-for-this-test-\($0)")?.digest }
    }

    private func presented(
        _ spending: RefreshRule.Spending? = nil, expired: Bool = false, parentKey: String? = nil, ended: Bool = false,
        active: Bool = true
    ) -> RefreshRule.Presented {
        RefreshRule.Presented(
            spending: spending, expiresAt: expired ? now : now.adding(seconds: 1), parentKey: key(parentKey),
            sessionStartedAt: start, sessionEndedAt: ended ? Timestamp(seconds: 950) : nil, isUserActive: active
        )
    }

    private func spent(
        by text: String? = nil, secondsAgo: Int = 100, next: RefreshRule.Successor?? = nil
    ) -> RefreshRule.Spending {
        RefreshRule.Spending(
            at: now.adding(seconds: -secondsAgo), key: key(text), accessExpiresAt: Timestamp(seconds: 910),
            successor: next ?? RefreshRule.Successor(isSpent: false, expiresAt: now.adding(seconds: 50))
        )
    }

    private func judge(
        _ presented: RefreshRule.Presented, key text: String? = nil, session: Int? = nil, interval: Int = 0
    ) -> RefreshRule.Verdict {
        let lifetimes = TokenLifetimes(accessToken: 10, refreshToken: 100, session: session, reuseInterval: interval)
        return RefreshRule.judge(presented, RefreshRule.Request(key: key(text), lifetimes: lifetimes, now: now))
    }

    private var fresh: Timestamp { now.adding(seconds: 10) }
    private let used = RefreshRule.Successor(isSpent: true, expiresAt: Timestamp(seconds: 1_050))
    private let over = RefreshRule.Successor(isSpent: false, expiresAt: Timestamp(seconds: 1_000))

    @Test("live")
    func live() {
        let expiry = TokenExpiry(accessToken: fresh, refreshToken: now.adding(seconds: 100))
        #expect(judge(presented()) == .rotate(expiry))
        #expect(judge(presented(), key: "a") == .rotate(expiry))
        #expect(judge(presented(parentKey: "a"), key: "b") == .rotate(expiry))
        #expect(judge(presented(parentKey: "a")) == .rotate(expiry))
        #expect(judge(presented(expired: true)) == .refuse)
        #expect(judge(presented(ended: true)) == .refuse)
        #expect(judge(presented(active: false)) == .refuse)
        #expect(judge(presented(), session: 500) == .refuse)
        let end = Timestamp(seconds: 1_005)
        #expect(judge(presented(), session: 505) == .rotate(TokenExpiry(accessToken: end, refreshToken: end)))
    }

    @Test("spent without a key: strict, but for the reuse interval")
    func keyless() {
        for text in [nil, "a"] {
            #expect(judge(presented(spent()), key: text) == .replay)
            #expect(judge(presented(spent(secondsAgo: 30)), key: text, interval: 30) == .repeat(accessExpiresAt: fresh))
            #expect(judge(presented(spent(secondsAgo: 31)), key: text, interval: 30) == .replay)
            #expect(judge(presented(spent(secondsAgo: 0)), key: text, interval: 0) == .replay)
            #expect(judge(presented(spent(secondsAgo: -5)), key: text, interval: 1) == .repeat(accessExpiresAt: fresh))
            #expect(judge(presented(spent(secondsAgo: 1, next: used)), key: text, interval: 30) == .replay)
            #expect(judge(presented(spent(secondsAgo: 1, next: over)), key: text, interval: 30) == .replay)
            #expect(judge(presented(spent(secondsAgo: 1, next: .some(nil))), key: text, interval: 30) == .replay)
        }
    }

    @Test("spent with a key: repeated with the same, noticed with any other")
    func keyed() {
        #expect(judge(presented(spent(by: "a")), key: "a") == .repeat(accessExpiresAt: fresh))
        #expect(judge(presented(spent(by: "a"), expired: true), key: "a") == .repeat(accessExpiresAt: fresh))
        #expect(
            judge(presented(spent(by: "a", next: used)), key: "a")
                == .repeat(accessExpiresAt: Timestamp(seconds: 910)), "nothing new once the successor is in use")
        #expect(judge(presented(spent(by: "a", next: over)), key: "a") == .replay)
        #expect(judge(presented(spent(by: "a", next: .some(nil))), key: "a") == .replay)
        #expect(judge(presented(spent(by: "a")), key: "b") == .replay)
        #expect(judge(presented(spent(by: "a", secondsAgo: 1)), key: nil, interval: 600) == .replay)
        #expect(judge(presented(spent(by: "a"), ended: true), key: "a") == .refuse)
        #expect(judge(presented(spent(by: "a"), active: false), key: "a") == .refuse)
    }

    @Test("a key that does not change is told, and nothing is done")
    func constantKey() {
        #expect(judge(presented(parentKey: "a"), key: "a") == .reusedKey)
        #expect(judge(presented(spent(by: "b"), parentKey: "a"), key: "a") == .reusedKey)
        #expect(judge(presented(expired: true, parentKey: "a"), key: "a") == .reusedKey)
        #expect(judge(presented(parentKey: "a", ended: true), key: "a") == .refuse)
    }
}
