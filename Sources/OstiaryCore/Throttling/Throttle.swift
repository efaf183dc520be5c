// SPDX-License-Identifier: Apache-2.0

/// The store of budgets, in this process or shared between nodes.
package protocol Throttle: Sendable {
    /// Takes one use from every budget, or from none if one of them is spent.
    ///
    /// The call never fails: a shared store falls back to the budgets of this process.
    /// - Returns: nil if all were taken; else the first spent budget, with the time until all have a use again.
    func take(_ budgets: [Budget]) async -> Throttled?
    /// Makes the budgets whole.
    func clear(_ keys: [BudgetKey]) async
}

/// The kind of a budget, by its name in metrics and in Redis.
public enum ThrottleScope: String, Sendable, CaseIterable {
    case loginNetwork = "login_network"
    case loginAccount = "login_account"
    case loginKnown = "login_known"
    case loginFailures = "login_failures"
    case loginKnownFailures = "login_known_failures"
    case register
    case refresh
    case refreshDay = "refresh_day"
    case profile
    case password
    case passwordFailures = "password_failures"
    case mailNetwork = "mail_network"
    case mailTotal = "mail_total"
    case link
}

/// The key of a budget: its scope and a keyed digest of its subject, which does not reveal the subject.
package struct BudgetKey: Sendable, Hashable {
    package let scope: ThrottleScope
    package let digest: UInt128

    package init(scope: ThrottleScope, digest: UInt128) {
        self.scope = scope
        self.digest = digest
    }
}

/// A budget with its current rule.
package struct Budget: Sendable, Hashable {
    package let key: BudgetKey
    package let rule: GCRA

    package init(key: BudgetKey, rule: GCRA) {
        self.key = key
        self.rule = rule
    }
}

/// A budget is spent. The call did nothing.
public struct Throttled: Error, Sendable, Hashable {
    public let scope: ThrottleScope
    /// The seconds until a use is earned, at least 1. Another client of the budget may take it first.
    public let retryAfter: Int

    /// - Parameter wait: the microseconds until a use is earned.
    package init(scope: ThrottleScope, wait: Int64) {
        self.scope = scope
        self.retryAfter = max(1, Int(clamping: wait / 1_000_000 + (wait % 1_000_000 > 0 ? 1 : 0)))
    }
}
