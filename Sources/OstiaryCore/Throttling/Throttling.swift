// SPDX-License-Identifier: Apache-2.0

import Crypto
import Metrics

/// The budgets of each kind of request. Services take from them before any work that is costly or that reveals
/// something.
package struct Throttling: Sendable {
    private struct Active: Sendable {
        let throttle: any Throttle
        let settings: DynamicSettings
        let key: SymmetricKey
        let log: FirstRefusals?
        let counters = Dictionary(
            uniqueKeysWithValues: ThrottleScope.allCases.map { ($0, Metric.throttled.counter($0.rawValue)) })
    }

    /// The limit of consecutive failures of an account (NIST SP 800-63B §3.2.2): 100 at once, and one more in each
    /// hundredth of a day.
    static let consecutiveFailures = Rate.limit(100, per: .day)
    /// The limit of consecutive failures from a known network, which bounds guesses by others in that network.
    static let knownFailures = Rate.limit(1_000, per: .day)
    /// The limit of requests from a network that authenticate no client.
    static let clientFailures = Rate.limit(60, per: .minute)
    /// The factor of the budget of a /48 to that of a /64; one customer may have the whole /48 (RFC 6177 §2).
    static let siteFactor = 10

    private let active: Active?

    /// - Parameters:
    ///   - throttle: keeps the budgets.
    ///   - settings: give the rates, which are read for each request.
    ///   - root: the common secret of the servers, for the digests of subjects.
    ///   - log: logs the first refusals; nil to log none.
    package init(
        _ throttle: any Throttle, settings: DynamicSettings, root: RootSecret, log: FirstRefusals? = nil
    ) {
        active = Active(throttle: throttle, settings: settings, key: root.key(for: "throttling/1"), log: log)
    }

    private init() { active = nil }

    /// No limits, for tests and benchmarks.
    package static let off = Throttling()

    /// Takes a login from the budget of its network. Called before the account is read.
    /// - Throws: ``Throttled``.
    func admitLogin(from network: Network?, in context: RequestContext) async throws {
        try await admit(all(of: network, .loginNetwork, .throttleLoginNetwork), in: context)
    }

    /// Takes a login from the budgets of its account. Called before the password is hashed. The attempt counts as a
    /// failure until it has succeeded, so that concurrent attempts do not exceed the limit.
    ///
    /// An unknown address has a budget too, so that the answer does not tell whether an account exists. The budget of
    /// an account does not depend on its address, which may change.
    /// - Parameters:
    ///   - user: the account of the address; nil if there is none.
    ///   - isKnown: true if the network is known for the account.
    /// - Throws: ``Throttled``.
    func admitLogin(
        to email: EmailAddress, of user: User.ID?, from network: Network?, isKnown: Bool, in context: RequestContext
    ) async throws {
        // An address of digits, as logins of a Django service may be, is not the id of another account.
        let account = user.map(subject) ?? Array("address ".utf8) + email.key.utf8
        if isKnown {
            let both = account + [0] + subject(network)
            try await admit(
                [Asked(.loginKnown, both, .throttleLoginKnown)],
                failures: (.loginKnownFailures, both, Self.knownFailures), in: context)
        } else {
            try await admit(
                [Asked(.loginAccount, account, .throttleLoginAccount)],
                failures: (.loginFailures, account, Self.consecutiveFailures), in: context)
        }
    }

    /// Ends the run of failures after a login: that of logins, and that of other uses of the password, which a thief of
    /// a session may have spent.
    func loggedIn(_ user: User.ID, from network: Network?) async {
        let account = subject(user)
        await clear([
            (.loginFailures, account), (.loginKnownFailures, account + [0] + subject(network)),
            (.passwordFailures, account),
        ])
    }

    /// Takes a registration from the budget of its network.
    /// - Throws: ``Throttled``.
    func admitRegistration(from network: Network?, in context: RequestContext) async throws {
        try await admit(all(of: network, .register, .throttleRegister), in: context)
    }

    /// Takes a request that sends a message from the budgets of its network and of the whole server. No budget depends
    /// on the address, so that no answer does.
    /// - Throws: ``Throttled``.
    func admitMail(from network: Network?, in context: RequestContext) async throws {
        try await admit(
            all(of: network, .mailNetwork, .throttleMailNetwork) + [Asked(.mailTotal, [], .throttleMailTotal)],
            in: context)
    }

    /// Takes a use of a link or a code from the budget of its network.
    /// - Throws: ``Throttled``.
    func admitLink(from network: Network?, in context: RequestContext) async throws {
        try await admit(all(of: network, .link, .throttleLink), in: context)
    }

    /// Takes a request of an authenticated client from its budget.
    /// - Throws: ``Throttled``.
    func admitClient(_ id: String, in context: RequestContext) async throws {
        try await admit([Asked(.client, Array(id.utf8), .throttleClient)], in: context)
    }

    /// As ``admitClient(_:in:)``, without waiting.
    /// - Returns: false if nothing was taken: the budget is spent, or is not kept by this server.
    func admitClientAtOnce(_ id: String) -> Bool {
        guard let active, let rule = GCRA(active.settings.snapshot[.throttleClient]) else { return true }
        return active.throttle.takeAtOnce([Budget(key: key(.client, Array(id.utf8), active.key), rule: rule)])
    }

    /// Takes a request that has authenticated no client from the budget of its network.
    /// - Throws: ``Throttled``.
    func admitClientFailure(from network: Network?, in context: RequestContext) async throws {
        try await admit([], failures: (.clientFailures, subject(network), Self.clientFailures), in: context)
    }

    /// Takes a change of the own profile from the budget of its user.
    /// - Parameter network: if another address is set, the network of the client: the answer tells whether the address
    ///   is taken, so it takes from the budget of registrations too. nil if no other address is set.
    /// - Throws: ``Throttled``.
    func admitProfile(
        of user: User.ID, tryingAddressFrom network: Network??, in context: RequestContext
    ) async throws {
        let tries = network.map { all(of: $0, .register, .throttleRegister) } ?? []
        try await admit([Asked(.profile, subject(user), .throttleProfile)] + tries, in: context)
    }

    /// Takes a use of the own password from the budgets of its user. Called before the password is hashed.
    /// - Throws: ``Throttled``.
    func admitPassword(of user: User.ID, in context: RequestContext) async throws {
        let account = subject(user)
        try await admit(
            [Asked(.password, account, .throttlePassword)],
            failures: (.passwordFailures, account, Self.consecutiveFailures), in: context)
    }

    /// Ends the run of failures after a right password of a logged-in user.
    func passwordProven(by user: User.ID) async {
        await clear([(.passwordFailures, subject(user))])
    }

    /// Makes the budgets of an account whole that logins and other uses of its password have spent. The budgets of
    /// networks, which many accounts share, stay as they are.
    /// - Parameter networks: the known networks of the account.
    func unlock(_ user: User.ID, knownFrom networks: [Network]) async {
        let account = subject(user)
        let own: [ThrottleScope] = [.loginAccount, .loginFailures, .password, .passwordFailures]
        var subjects = own.map { ($0, account) }
        for network in networks {
            let both = account + [0] + subject(network)
            subjects += [(.loginKnown, both), (.loginKnownFailures, both)]
        }
        await clear(subjects)
    }

    /// True if a setting limits refreshes.
    var limitsRefreshes: Bool {
        guard let snapshot = active?.settings.snapshot else { return false }
        return snapshot[.throttleRefresh] != .off || snapshot[.throttleRefreshDay] != .off
    }

    /// Takes a refresh from the budgets of its session.
    /// - Returns: nil if the session may be refreshed now; else the caller must not spend the token.
    func refusal(ofRefreshing session: SessionID, in context: RequestContext) async -> Throttled? {
        await refusal(
            [Asked(.refresh, session.bytes, .throttleRefresh), Asked(.refreshDay, session.bytes, .throttleRefreshDay)],
            in: context)
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

    /// The budgets of a network and of the /48 around it.
    private func all(of network: Network?, _ scope: ThrottleScope, _ setting: Setting<Rate>) -> [Asked] {
        let site = network?.site.map { Asked(scope, subject($0), setting, factor: Self.siteFactor) }
        return [Asked(scope, subject(network), setting)] + (site.map { [$0] } ?? [])
    }

    private func admit(_ asked: [Asked], failures: Failures? = nil, in context: RequestContext) async throws {
        if let throttled = await refusal(asked, failures: failures, in: context) { throw throttled }
    }

    private func refusal(
        _ asked: [Asked], failures: Failures? = nil, in context: RequestContext
    ) async -> Throttled? {
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
        active.counters[throttled.scope]?.increment()
        if let log = active.log, let spent = budgets.first(where: { $0.key.scope == throttled.scope }) {
            log.note(spent.key, in: context)
        }
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

    /// The subject of a network; requests of unknown networks share one.
    private func subject(_ network: Network?) -> [UInt8] { Array((network?.description ?? "").utf8) }

    private func subject(_ user: User.ID) -> [UInt8] { Array(String(user).utf8) }
}
