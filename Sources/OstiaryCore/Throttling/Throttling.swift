// SPDX-License-Identifier: Apache-2.0

import Crypto
import Metrics

/// Which budgets a request takes from. Services ask before they do what costs or tells something.
package struct Throttling: Sendable {
    private struct Active: Sendable {
        let throttle: any Throttle
        let settings: DynamicSettings
        let key: SymmetricKey
    }

    /// Consecutive failures per account (NIST SP 800-63B §3.2.2): a hundred at once, and one more for each hundredth of
    /// a day that passed.
    static let consecutiveFailures = Rate.limit(100, per: .day)
    /// The same for a network that is known for the account: whoever shares it can guess no more than that.
    static let knownFailures = Rate.limit(1_000, per: .day)
    /// How much more than one /64 a /48 may, which one customer can hold whole (RFC 6177 §2).
    static let siteFactor = 10

    private let active: Active?

    /// - Parameters:
    ///   - throttle: keeps the budgets.
    ///   - settings: tell the rates, read anew for each request.
    ///   - root: the servers' common secret, under which addresses become the names of budgets.
    package init(_ throttle: any Throttle, settings: DynamicSettings, root: RootSecret) {
        active = Active(throttle: throttle, settings: settings, key: root.key(for: "throttling/1"))
    }

    private init() { active = nil }

    /// Nothing is limited. For tests and benchmarks.
    package static let off = Throttling()

    /// Before anything is looked up.
    /// - Throws: ``Throttled``.
    func admitLogin(from network: Network?) async throws {
        try await admit(all(of: network, .loginNetwork, .throttleLoginNetwork))
    }

    /// Before the password is hashed. The try counts as a failure until it has succeeded: so many that run at once are
    /// not more than the limit either.
    ///
    /// Whether the account exists makes no difference: an address that nobody has gets a budget of its own. That of an
    /// account stays its own when it gets another address.
    /// - Parameters:
    ///   - user: the account of the address; nil where there is none.
    ///   - isKnown: whether the account was signed in to from the network lately.
    /// - Throws: ``Throttled``.
    func admitLogin(to email: EmailAddress, of user: User.ID?, from network: Network?, isKnown: Bool) async throws {
        let account = user.map(subject) ?? Array(email.key.utf8)
        if isKnown {
            let both = account + [0] + subject(network)
            try await admit(
                [Asked(.loginKnown, both, .throttleLoginKnown)],
                failures: (.loginKnownFailures, both, Self.knownFailures))
        } else {
            try await admit(
                [Asked(.loginAccount, account, .throttleLoginAccount)],
                failures: (.loginFailures, account, Self.consecutiveFailures))
        }
    }

    /// Ends the run of failures: that of logins, and that of the password's other uses, which a thief of a session may
    /// have spent.
    func loggedIn(_ user: User.ID, from network: Network?) async {
        let account = subject(user)
        await clear([
            (.loginFailures, account), (.loginKnownFailures, account + [0] + subject(network)),
            (.passwordFailures, account),
        ])
    }

    /// - Throws: ``Throttled``.
    func admitRegistration(from network: Network?) async throws {
        try await admit(all(of: network, .register, .throttleRegister))
    }

    /// Before a change of the own profile.
    /// - Parameter network: from which another address is tried, since the answer tells whether it is taken, as that of a
    ///   registration does; nil where none is.
    /// - Throws: ``Throttled``.
    func admitProfile(of user: User.ID, tryingAddressFrom network: Network??) async throws {
        let tries = network.map { all(of: $0, .register, .throttleRegister) } ?? []
        try await admit([Asked(.profile, subject(user), .throttleProfile)] + tries)
    }

    /// Before the password of somebody who is signed in is hashed.
    /// - Throws: ``Throttled``.
    func admitPassword(of user: User.ID) async throws {
        let account = subject(user)
        try await admit(
            [Asked(.password, account, .throttlePassword)],
            failures: (.passwordFailures, account, Self.consecutiveFailures))
    }

    func passwordProven(by user: User.ID) async {
        await clear([(.passwordFailures, subject(user))])
    }

    /// Whether refreshes are limited at all.
    var limitsRefreshes: Bool {
        guard let snapshot = active?.settings.snapshot else { return false }
        return snapshot[.throttleRefresh] != .off || snapshot[.throttleRefreshDay] != .off
    }

    /// - Returns: nil when the session may be refreshed now. Else the caller has to see to it that nothing is spent.
    func refusal(ofRefreshing session: SessionID) async -> Throttled? {
        await refusal([
            Asked(.refresh, session.bytes, .throttleRefresh), Asked(.refreshDay, session.bytes, .throttleRefreshDay),
        ])
    }

    private struct Asked {
        let scope: ThrottleScope
        let subject: [UInt8]
        let setting: Setting<Rate>
        var factor = 1

        init(_ scope: ThrottleScope, _ subject: [UInt8], _ setting: Setting<Rate>, factor: Int = 1) {
            (self.scope, self.subject, self.setting, self.factor) = (scope, subject, setting, factor)
        }
    }
    private typealias Failures = (scope: ThrottleScope, subject: [UInt8], rate: Rate)

    /// The budget of a network, and that of the /48 around it.
    private func all(of network: Network?, _ scope: ThrottleScope, _ setting: Setting<Rate>) -> [Asked] {
        let site = network?.site.map { Asked(scope, subject($0), setting, factor: Self.siteFactor) }
        return [Asked(scope, subject(network), setting)] + (site.map { [$0] } ?? [])
    }

    private func admit(_ asked: [Asked], failures: Failures? = nil) async throws {
        if let throttled = await refusal(asked, failures: failures) { throw throttled }
    }

    private func refusal(_ asked: [Asked], failures: Failures? = nil) async -> Throttled? {
        guard let active else { return nil }
        let snapshot = active.settings.snapshot
        var budgets = asked.compactMap { asked in
            GCRA(snapshot[asked.setting].times(asked.factor)).map {
                Budget(key: key(asked.scope, asked.subject, active.key), rule: $0)
            }
        }
        if let failures, let rule = GCRA(failures.rate) {
            budgets.append(Budget(key: key(failures.scope, failures.subject, active.key), rule: rule))
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
