// SPDX-License-Identifier: Apache-2.0

/// The store of budgets, in this process or shared between nodes.
package protocol Throttle: Sendable {
    /// Takes one use from every budget, or from none if one of them is spent.
    ///
    /// The call never fails: a shared store falls back to the budgets of this process.
    /// - Returns: nil if all were taken; else the first spent budget, with the time until all have a use again.
    func take(_ budgets: [Budget]) async -> Throttled?
    /// Takes one use from every budget, or from none, without waiting.
    /// - Returns: false if none was taken: one of them is spent, or they are kept elsewhere.
    func takeAtOnce(_ budgets: [Budget]) -> Bool
    /// Makes the budgets whole.
    func clear(_ keys: [BudgetKey]) async
}

extension Throttle {
    /// false: by default budgets are kept elsewhere.
    package func takeAtOnce(_ budgets: [Budget]) -> Bool { false }
}

/// The kind of a budget, by its name in metrics and in Redis.
public enum ThrottleScope: String, Sendable, CaseIterable {
    /// Logins from a network (``Setting/throttleLoginNetwork``).
    case loginNetwork = "login_network"
    /// Logins to an account from unknown networks (``Setting/throttleLoginAccount``).
    case loginAccount = "login_account"
    /// Logins to an account from a network that is known for it (``Setting/throttleLoginKnown``).
    case loginKnown = "login_known"
    /// Failed logins in a row to an account from unknown networks: 100 in a day (NIST SP 800-63B §3.2.2).
    case loginFailures = "login_failures"
    /// Failed logins in a row to an account from a known network: 1,000 in a day.
    case loginKnownFailures = "login_known_failures"
    /// Registrations from a network (``Setting/throttleRegister``).
    case register
    /// Refreshes of a session (``Setting/throttleRefresh``).
    case refresh
    /// Refreshes of a session in a day (``Setting/throttleRefreshDay``).
    case refreshDay = "refresh_day"
    /// Changes of the own profile (``Setting/throttleProfile``).
    case profile
    /// Uses of the own password by a logged-in user (``Setting/throttlePassword``).
    case password
    /// Wrong passwords in a row by a logged-in user: 100 in a day.
    case passwordFailures = "password_failures"
    /// Requests from a network that send a message (``Setting/throttleMailNetwork``).
    case mailNetwork = "mail_network"
    /// Requests to the whole server that send a message (``Setting/throttleMailTotal``).
    case mailTotal = "mail_total"
    /// Uses of links and codes from a network (``Setting/throttleLink``).
    case link
    /// Requests of a client that is authenticated (``Setting/throttleClient``).
    case client
    /// Requests from a network that authenticate no client: 60 in a minute.
    case clientFailures = "client_failures"
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
    /// The kind of the spent budget.
    public let scope: ThrottleScope
    /// The seconds until a use is earned, at least 1. Another client of the budget may take it first.
    public let retryAfter: Int

    /// - Parameter wait: the microseconds until a use is earned.
    package init(scope: ThrottleScope, wait: Int64) {
        self.scope = scope
        self.retryAfter = max(1, Int(clamping: wait / 1_000_000 + (wait % 1_000_000 > 0 ? 1 : 0)))
    }
}
