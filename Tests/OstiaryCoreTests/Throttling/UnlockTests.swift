// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("Unlocking")
struct UnlockTests {
    private let services: Services
    private let owner = "first@example.com"
    private let right = "securepassword"
    private let home = "203.0.113.7"

    init() throws { services = try Services { LocalThrottle(now: $0.now) } }

    private var unlocks: UnlockService {
        UnlockService(
            accounts: services.storage, audit: services.storage, throttling: services.throttling,
            now: services.clock.now)
    }

    /// Logs in wrongly, as fast as the other budgets allow, until the run of failures is spent.
    private func exhaust(_ scope: ThrottleScope, from network: String) async {
        for _ in 0..<1_200 {
            if case .throttled(let spent) = await services.attempt(owner, "wrong", from: network), spent.scope == scope
            {
                return
            }
            services.clock.advance(seconds: 6)
        }
    }

    private func exhaustPassword(of id: User.ID) async {
        for _ in 0..<200 {
            do { try await services.throttling.admitPassword(of: id, in: services.context()) } catch {
                if (error as? Throttled)?.scope == .passwordFailures { return }
            }
            services.clock.advance(seconds: 12)
        }
    }

    private func scope(from network: String) async -> ThrottleScope? {
        guard case .throttled(let throttled) = await services.attempt(owner, right, from: network) else { return nil }
        return throttled.scope
    }

    @Test("the owner may log in again, from known networks and others, and with the current password too")
    func unlocked() async throws {
        let id = try await services.enrol(owner)
        var unlocks = self.unlocks
        try await unlocks.obey()
        #expect(await services.attempt(owner, right, from: home) == .loggedIn)
        // A second time, since each earns some tries while the others are spent.
        for _ in 0..<2 {
            await exhaust(.loginKnownFailures, from: home)
            await exhaustPassword(of: id)
            await exhaust(.loginFailures, from: "192.0.2.1")
        }
        #expect(await scope(from: home) == .loginKnownFailures)
        #expect(await scope(from: "198.51.100.1") == .loginFailures)
        await #expect(throws: Throttled.self) {
            try await services.throttling.admitPassword(of: id, in: services.context())
        }

        try await services.accounts.unlock(id: id, in: services.context())
        #expect(await scope(from: home) != nil, "not before the server obeys")
        try await unlocks.obey()
        try await services.throttling.admitPassword(of: id, in: services.context())
        #expect(await services.attempt(owner, "wrong", from: home) == .refused)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        #expect(await services.attempt(owner, right, from: home) == .loggedIn)
    }

    @Test("an unlock is obeyed once, and those from before the start of the server not at all")
    func once() async throws {
        let id = try await services.enrol(owner)
        try await services.accounts.unlock(id: id, in: services.context())
        var unlocks = self.unlocks
        try await unlocks.obey()
        for number in 0..<10 { _ = await services.attempt(owner, "wrong", from: "192.0.2.\(number)") }
        try await unlocks.obey()
        #expect(await scope(from: "192.0.2.99") == .loginAccount, "from before the start")
        var late = self.unlocks
        try await late.obey()
        #expect(await scope(from: "192.0.2.99") == .loginAccount, "a server that starts later changes no shared budget")
        try await services.accounts.unlock(id: id, in: services.context())
        try await unlocks.obey()
        for number in 0..<10 { #expect(await services.attempt(owner, "wrong", from: "192.0.2.\(number)") == .refused) }
        try await unlocks.obey()
        #expect(await scope(from: "192.0.2.99") == .loginAccount, "obeyed before")
    }

    @Test("an unlock leaves other accounts and the budgets of networks as they are")
    func others() async throws {
        let id = try await services.enrol(owner)
        _ = try await services.enrol("second@example.com")
        var unlocks = self.unlocks
        try await unlocks.obey()
        for number in 0..<10 {
            _ = await services.attempt("second@example.com", "wrong", from: "192.0.2.\(number)")
        }
        for number in 0..<60 { _ = await services.attempt("user\(number)@example.com", "x", from: "198.51.100.1") }
        try await services.accounts.unlock(id: id, in: services.context())
        try await unlocks.obey()
        guard case .throttled = await services.attempt("second@example.com", right, from: "192.0.2.99") else {
            Issue.record("another account was unlocked")
            return
        }
        #expect(await scope(from: "198.51.100.1") == .loginNetwork)
    }
}
