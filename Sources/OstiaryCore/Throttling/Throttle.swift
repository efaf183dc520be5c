// SPDX-License-Identifier: Apache-2.0

/// Where budgets are kept and taken from: in this process, or shared between nodes.
package protocol Throttle: Sendable {
    /// Takes one from each budget at once, or none from any of them if one is spent.
    ///
    /// It always answers: what keeps budgets elsewhere goes on with those of this process when that cannot be reached.
    /// - Returns: nil if all were taken. Else which is spent, the first of them, and how long until all have one again.
    func take(_ budgets: [Budget]) async -> Throttled?
    /// Makes budgets whole.
    func clear(_ keys: [BudgetKey]) async
}

/// What a budget limits; the name under which metrics and Redis show it.
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
}

/// Whose budget of which scope. A keyed digest, so that it names nobody.
package struct BudgetKey: Sendable, Hashable {
    package let scope: ThrottleScope
    package let digest: UInt128

    package init(scope: ThrottleScope, digest: UInt128) {
        self.scope = scope
        self.digest = digest
    }
}

/// A budget with the rate that it has now.
package struct Budget: Sendable, Hashable {
    package let key: BudgetKey
    package let rule: GCRA

    package init(key: BudgetKey, rule: GCRA) {
        self.key = key
        self.rule = rule
    }
}

/// A budget is spent. Nothing was done.
public struct Throttled: Error, Sendable, Hashable {
    public let scope: ThrottleScope
    /// Whole seconds, at least one, after which a try succeeds unless somebody else takes what was earned meanwhile.
    public let retryAfter: Int

    /// - Parameter wait: microseconds.
    package init(scope: ThrottleScope, wait: Int64) {
        self.scope = scope
        self.retryAfter = max(1, Int(clamping: wait / 1_000_000 + (wait % 1_000_000 > 0 ? 1 : 0)))
    }
}
