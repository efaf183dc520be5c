// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("Throttling")
struct ThrottlingTests {
    private let services: Services
    private let owner = "first@example.com"
    private let right = "securepassword"

    init() throws { services = try Services { LocalThrottle(now: $0.now) } }

    @Test("a spent account budget costs no hash, tells when to come again, and is kept to")
    func account() async throws {
        _ = try await services.enrol(owner)
        for number in 0..<10 {
            #expect(await services.attempt(owner, "wrong", from: "192.0.2.\(number)") == .refused)
        }
        let spent = Throttled(scope: .loginAccount, wait: 6_000_000)
        for email in [owner, "FIRST@Example.COM"] {
            #expect(await services.attempt(email, right, from: "192.0.2.99") == .throttled(spent), "right or wrong")
        }
        services.clock.advance(seconds: spent.retryAfter - 1)
        #expect(
            await services.attempt(owner, right, from: "192.0.2.99") == .throttled(.init(scope: .loginAccount, wait: 1))
        )
        services.clock.advance(seconds: 1)
        #expect(await services.attempt(owner, right, from: "192.0.2.99") == .loggedIn)
    }

    @Test("an unknown address is throttled exactly like a known one")
    func unknownAccount() async throws {
        _ = try await services.enrol(owner)
        for _ in 0..<3 {
            for number in 0..<12 {
                let network = "192.0.2.\(number)"
                let known = await services.attempt(owner, "wrong", from: network)
                #expect(await services.attempt("nobody@example.com", "wrong", from: network) == known)
            }
            services.clock.advance(seconds: 25)
        }
    }

    @Test("a network's budget is that of all its accounts, and of its /64")
    func network() async throws {
        for number in 0..<60 {
            let outcome = await services.attempt("user\(number)@example.com", "x", from: "2001:db8::\(number)")
            #expect(outcome == .refused)
        }
        let spent = Throttled(scope: .loginNetwork, wait: 1_000_000)
        #expect(await services.attempt("other@example.com", "x", from: "2001:db8::ffff") == .throttled(spent))
        #expect(await services.attempt("other@example.com", "x", from: "2001:db8:0:1::") == .refused)
    }

    @Test("a /48 has ten times as much as each /64 in it")
    func site() async throws {
        for number in 0..<600 {
            let outcome = await services.attempt(
                "user\(number)@example.com", "x", from: "2001:db8:0:\(String(number, radix: 16))::1")
            #expect(outcome == .refused)
        }
        let other = await services.attempt("other@example.com", "x", from: "2001:db8:0:ffff::1")
        guard case .throttled(let spent) = other else {
            Issue.record("\(other)")
            return
        }
        #expect(spent.scope == .loginNetwork)
        #expect(await services.attempt("other@example.com", "x", from: "2001:db8:1::1") == .refused)
    }

    @Test("who registered an account is known for it, and no private, local or shared network ever is")
    func knownNetworks() async throws {
        for (number, address) in [
            "203.0.113.7", "2001:db8:7::1", "10.1.2.3", "192.168.0.9", "172.20.1.1", "127.0.0.1", "100.64.0.1",
            "169.254.1.1", "fd00::1", "fe80::1", "::1", "::ffff:10.0.0.1",
        ].enumerated() {
            let email = "known\(number)@example.com"
            _ = try await services.registration.register(
                email: #require(EmailAddress(email)), password: right,
                in: services.context(
                    ClientOrigin(address: IPAddress(address))
                ))
            #expect(await services.attempt(email, right, from: address) == .loggedIn)
            for attacker in 0..<10 { _ = await services.attempt(email, "wrong", from: "198.51.100.\(attacker + 20)") }
            let owner = await services.attempt(email, right, from: address)
            #expect((owner == .loggedIn) == (number < 2), "\(address)")
            services.clock.advance(seconds: 120)
        }
    }

    @Test("a known network fails 1,000 times in a row and no more")
    func knownFailures() async throws {
        _ = try await services.enrol(owner)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        var failures = 0
        while failures < 2_000 {
            if case .throttled(let spent) = await services.attempt(owner, "wrong", from: "198.51.100.1") {
                guard spent.scope == .loginKnown else { break }
                services.clock.advance(seconds: spent.retryAfter)
            } else {
                failures += 1
            }
        }
        // What was forgotten meanwhile is a few.
        #expect((1_000...1_040).contains(failures), "\(failures)")
    }

    @Test("the owner's network keeps a budget of its own, for 30 days")
    func known() async throws {
        let id = try await services.enrol(owner)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        for number in 0..<40 { _ = await services.attempt(owner, "wrong", from: "192.0.2.\(number)") }
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        for _ in 0..<29 { #expect(await services.attempt(owner, "wrong", from: "198.51.100.1") == .refused) }
        let spent = Throttled(scope: .loginKnown, wait: 2_000_000)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .throttled(spent))

        let address = try #require(EmailAddress(owner))
        let network = Network(try #require(IPAddress("198.51.100.1")))
        services.clock.advance(seconds: 30 * 86_400 - 1)
        let credential = try await services.storage.credential(email: address, from: network)
        #expect(credential?.isFromKnownNetwork(at: services.clock.now()) == true)
        services.clock.advance(seconds: 1)
        #expect(credential?.isFromKnownNetwork(at: services.clock.now()) == false)
        #expect(id == credential?.user.id)
    }

    @Test("a network is written once a day, and forgotten by housekeeping and with the password")
    func written() async throws {
        let id = try await services.enrol(owner)
        let address = try #require(EmailAddress(owner))
        let network = Network(try #require(IPAddress("198.51.100.1")))
        func lastSignIn() async throws -> Timestamp? {
            try await services.storage.credential(email: address, from: network)?.lastSignIn
        }
        let start = services.clock.now()
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        services.clock.advance(seconds: 86_399)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        #expect(try await lastSignIn() == start)
        services.clock.advance(seconds: 1)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        #expect(try await lastSignIn() == start.adding(seconds: 86_400))
        services.clock.advance(seconds: 30 * 86_400 + 1)
        _ = try await CleanupService(
            sessions: services.storage, audit: services.storage, now: services.clock.now, retention: { 0 }
        ).run()
        #expect(try await lastSignIn() == nil)

        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        let user = try #require(try await services.storage.user(id: id))
        let elsewhere = ClientOrigin(address: IPAddress("203.0.113.1"))
        guard
            case .changed = try await services.passwordChange.change(
                of: user, from: right, to: "another secure 7", in: services.context(elsewhere))
        else { throw Failure("changed") }
        #expect(try await lastSignIn() == nil, "whoever knew the old password may have made it known")
        let own = Network(try #require(IPAddress("203.0.113.1")))
        #expect(try await services.storage.credential(email: address, from: own)?.lastSignIn == services.clock.now())
    }

    @Test("a hundred failures in a row are the end of it for strangers, until a day passes or the owner logs in")
    func failures() async throws {
        _ = try await services.enrol(owner)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        func guesses(_ tries: Int) async -> Int {
            var judged = 0
            for number in 0..<tries {
                services.clock.advance(seconds: 6)
                if await services.attempt(owner, "wrong", from: "192.0.2.\(number % 250)") == .refused { judged += 1 }
            }
            return judged
        }
        // One is earned in 864 s, and each try takes six.
        #expect(await guesses(100) == 100)
        #expect(await guesses(44) == 0)
        guard case .throttled(let throttled) = await services.attempt(owner, right, from: "192.0.2.1") else {
            throw Failure("the limit holds for the right password too")
        }
        #expect(throttled.scope == .loginFailures)
        #expect(await services.attempt(owner, right, from: "198.51.100.1") == .loggedIn)
        #expect(await guesses(100) == 100)
        services.clock.advance(seconds: 86_400)
        #expect(await guesses(100) == 100)
    }

    @Test("tries that run at once are not judged more often than the limit")
    func atOnce() async throws {
        _ = try await services.enrol(owner)
        let outcomes = await withTaskGroup(of: Services.Outcome.self) { group in
            for number in 0..<50 {
                group.addTask { await services.attempt(owner, "wrong", from: "192.0.2.\(number)") }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .refused } == 10)
    }

    @Test("registrations are limited by network, taken addresses too")
    func registrations() async throws {
        let origin = ClientOrigin(address: IPAddress("192.0.2.1"))
        let address = try #require(EmailAddress(owner))
        for _ in 0..<20 {
            _ = try await services.registration.register(email: address, password: right, in: services.context(origin))
        }
        await #expect(throws: Throttled(scope: .register, wait: 180_000_000)) {
            _ = try await services.registration.register(email: address, password: right, in: services.context(origin))
        }
        let elsewhere = ClientOrigin(address: IPAddress("192.0.2.2"))
        let outcome = try await services.registration.register(
            email: address, password: right, in: services.context(elsewhere))
        #expect(outcome == .emailTaken)
    }

    @Test("the own password is limited by account, wherever it is used")
    func password() async throws {
        let user = try #require(try await services.storage.user(id: services.enrol(owner)))
        for number in 0..<5 {
            let deletes = number % 2 == 0
            if deletes {
                #expect(
                    try await !services.passwordChange.deleteAccount(
                        of: user, password: "wrong", in: services.context()))
            } else {
                _ = try await services.passwordChange.change(
                    of: user, from: "wrong", to: "another secure 7", in: services.context())
            }
        }
        await #expect(throws: Throttled(scope: .password, wait: 12_000_000)) {
            _ = try await services.passwordChange.deleteAccount(of: user, password: right, in: services.context())
        }
        services.clock.advance(seconds: 12)
        #expect(try await services.passwordChange.deleteAccount(of: user, password: right, in: services.context()))
    }

    @Test("a rate that is changed is in force at once, and off is off")
    func settings() async throws {
        _ = try await services.settings.set("THROTTLE_LOGIN_ACCOUNT", to: "1/day", in: .test())
        #expect(await services.attempt(owner, "x", from: "192.0.2.1") == .refused)
        let spent = Throttled(scope: .loginAccount, wait: 86_400_000_000)
        #expect(await services.attempt(owner, "x", from: "192.0.2.1") == .throttled(spent))
        _ = try await services.settings.set("THROTTLE_LOGIN_ACCOUNT", to: "10/min", in: .test())
        #expect(
            await services.attempt(owner, "x", from: "192.0.2.1")
                == .throttled(.init(scope: .loginAccount, wait: 6_000_000)))
        for name in ["THROTTLE_LOGIN_ACCOUNT", "THROTTLE_LOGIN_NETWORK"] {
            _ = try await services.settings.set(name, to: "off", in: .test())
        }
        var judged = 0
        for _ in 0..<200 where await services.attempt(owner, "x", from: "192.0.2.1") == .refused { judged += 1 }
        #expect(judged == 99, "the hundred failures are no setting")
    }
}
