import Crypto
import Metrics

/// Which budgets a request takes from. Services ask before they do what costs or tells something.
public struct Throttling: Sendable {
    private struct Active: Sendable {
        let throttle: any Throttle
        let settings: DynamicSettings
        let key: SymmetricKey
    }

    /// Consecutive failures per account (NIST SP 800-63B §3.2.2): a hundred at once, and one more for each hundredth of
    /// a day that passed.
    static let consecutiveFailures = Rate.limit(100, per: .day)

    private let active: Active?

    /// - Parameters:
    ///   - throttle: keeps the budgets.
    ///   - settings: tell the rates, read anew for each request.
    ///   - key: the servers' common secret, under which addresses become the names of budgets.
    public init(_ throttle: any Throttle, settings: DynamicSettings, key: SigningKey) {
        active = Active(throttle: throttle, settings: settings, key: key.derived(for: "throttling/1"))
    }

    private init() { active = nil }

    /// Nothing is limited. For tests and benchmarks.
    public static let off = Throttling()

    /// Before anything is looked up.
    /// - Throws: ``Throttled``.
    func admitLogin(from network: Network?) async throws {
        try await admit([(.loginNetwork, subject(network), .throttleLoginNetwork)])
    }

    /// Before the password is hashed. The try counts as a failure until it has succeeded: so many that run at once are
    /// not more than the limit either.
    ///
    /// Whether the account exists makes no difference: the budget is that of the address.
    /// - Parameter isKnown: whether the account was signed in to from the network lately.
    /// - Throws: ``Throttled``.
    func admitLogin(to email: EmailAddress, from network: Network?, isKnown: Bool) async throws {
        let account = Array(email.key.utf8)
        if isKnown {
            try await admit([(.loginKnown, account + [0] + subject(network), .throttleLoginKnown)])
        } else {
            try await admit([(.loginAccount, account, .throttleLoginAccount)], failures: (.loginFailures, account))
        }
    }

    /// Ends the run of failures: that of logins, and that of the password's other uses, which a thief of a session may
    /// have spent.
    func loggedIn(_ email: EmailAddress, _ user: User.ID) async {
        await clear([(.loginFailures, Array(email.key.utf8)), (.passwordFailures, subject(user))])
    }

    /// - Throws: ``Throttled``.
    func admitRegistration(from network: Network?) async throws {
        try await admit([(.register, subject(network), .throttleRegister)])
    }

    /// Before the password of somebody who is signed in is hashed.
    /// - Throws: ``Throttled``.
    func admitPassword(of user: User.ID) async throws {
        let account = subject(user)
        try await admit([(.password, account, .throttlePassword)], failures: (.passwordFailures, account))
    }

    func passwordProven(by user: User.ID) async {
        await clear([(.passwordFailures, subject(user))])
    }

    /// Whether refreshes are limited at all.
    var limitsRefreshes: Bool { active.map { $0.settings.snapshot[.throttleRefresh] != .off } ?? false }

    /// - Returns: nil when the session may be refreshed now. Else the caller has to see to it that nothing is spent.
    func refusal(ofRefreshing session: SessionID) async -> Throttled? {
        await refusal([(.refresh, session.bytes, .throttleRefresh)])
    }

    private typealias Asked = (scope: ThrottleScope, subject: [UInt8], setting: Setting<Rate>)

    private func admit(_ asked: [Asked], failures: (ThrottleScope, [UInt8])? = nil) async throws {
        if let throttled = await refusal(asked, failures: failures) { throw throttled }
    }

    private func refusal(_ asked: [Asked], failures: (ThrottleScope, [UInt8])? = nil) async -> Throttled? {
        guard let active else { return nil }
        let snapshot = active.settings.snapshot
        var budgets = asked.compactMap { asked in
            GCRA(snapshot[asked.setting]).map { Budget(key: key(asked.scope, asked.subject, active.key), rule: $0) }
        }
        if let failures, let rule = GCRA(Self.consecutiveFailures) {
            budgets.append(Budget(key: key(failures.0, failures.1, active.key), rule: rule))
        }
        guard !budgets.isEmpty, let throttled = await active.throttle.take(budgets) else { return nil }
        Counter(label: "ostiary_throttled_total", dimensions: [("scope", throttled.scope.rawValue)]).increment()
        return throttled
    }

    private func clear(_ subjects: [(ThrottleScope, [UInt8])]) async {
        guard let active else { return }
        await active.throttle.clear(subjects.map { key($0.0, $0.1, active.key) })
    }

    private func key(_ scope: ThrottleScope, _ subject: [UInt8], _ key: SymmetricKey) -> BudgetKey {
        let code = HMAC<SHA256>.authenticationCode(for: Array(scope.rawValue.utf8) + [0] + subject, using: key)
        return BudgetKey(scope: scope, digest: code.prefix(16).reduce(0) { $0 << 8 | UInt128($1) })
    }

    /// Requests whose network is not known share one.
    private func subject(_ network: Network?) -> [UInt8] { Array((network?.description ?? "").utf8) }

    private func subject(_ user: User.ID) -> [UInt8] { Array(String(user).utf8) }
}
