// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Profile")
struct ProfileServiceTests {
    private let services: Services
    private let right = "securepassword"
    private let network = ClientOrigin(address: IPAddress("198.51.100.1"))

    init() throws { services = try Services { LocalThrottle(now: $0.now) } }

    private func identity() async throws -> Identity {
        try await services.identity.identity(bearer: services.session().accessToken, in: services.context())
    }

    private func rename(_ identity: Identity, to email: String, password: String? = nil) async throws
        -> ProfileService.Outcome
    {
        let address = try #require(EmailAddress(email))
        return try await services.profile.update(
            identity, email: address, username: nil, password: password, in: services.context(network))
    }

    private func throttled(_ work: () async throws -> Void) async throws -> ThrottleScope? {
        do throws(any Error) {
            try await work()
            return nil
        } catch let error as Throttled {
            return error.scope
        }
    }

    @Test("another address is taken from a session that has just begun, or with the password")
    func proof() async throws {
        let identity = try await identity()
        services.clock.advance(seconds: ProfileService.freshness)
        guard case .updated(let user) = try await rename(identity, to: "second@example.com") else {
            Issue.record("refused at ten minutes")
            return
        }
        #expect(user.email == "second@example.com")
        let entry = try #require(try await services.entries.last)
        #expect(entry.event == .emailChanged && entry.user == 1)

        let events = try await services.events.count
        services.clock.advance(seconds: 1)
        #expect(try await rename(identity, to: "third@example.com") == .passwordNeeded)
        #expect(try await rename(identity, to: "third@example.com", password: "wrong") == .wrongPassword)
        #expect(try await services.events.dropFirst(events) == [.passwordRefused])
        // What is no other login asks for nothing.
        let same = try await services.profile.update(
            Identity(user: user, token: identity.token), email: EmailAddress("SECOND@example.com"), username: "name",
            password: nil, in: services.context(network))
        guard case .updated(let spelt) = same else {
            Issue.record("\(same)")
            return
        }
        #expect(spelt.username == "name" && spelt.email == "SECOND@example.com")
        let proven = try await services.profile.update(
            Identity(user: spelt, token: identity.token), email: EmailAddress("third@example.com"), username: nil,
            password: right, in: services.context(network))
        guard case .updated = proven else {
            Issue.record("\(proven)")
            return
        }
    }

    @Test("a server that sends mail takes no other address, nor one that the account has just lost")
    func byMail() async throws {
        let identity = try await identity()
        let profile = ProfileService(
            accounts: services.storage, passwords: services.passwordChange, throttling: services.throttling,
            sendsMail: true)
        func rename(to email: String?, _ username: String? = nil) async throws -> ProfileService.Outcome {
            try await profile.update(
                identity, email: email.flatMap { EmailAddress($0) }, username: username, password: right,
                in: services.context(network))
        }
        #expect(try await rename(to: "second@example.com") == .confirmationNeeded)
        let moved = ProfileChange(email: EmailAddress("second@example.com"), proof: .authority)
        _ = try await services.storage.update(id: identity.user.id, with: moved, at: services.clock.now())
        // The identity is older than the move.
        #expect(try await rename(to: identity.user.email) == .confirmationNeeded)
        guard case .updated(let user) = try await rename(to: nil, "name") else {
            Issue.record("refused another name")
            return
        }
        #expect(user.email == "second@example.com")
    }

    @Test("a refused change does not tell whether the address is taken")
    func silence() async throws {
        let identity = try await identity()
        _ = try await services.session("other@example.com")
        services.clock.advance(seconds: 3_600)
        for email in ["other@example.com", "nobody@example.com"] {
            #expect(try await rename(identity, to: email) == .passwordNeeded)
        }
        #expect(try await rename(identity, to: "other@example.com", password: right) == .emailTaken)
    }

    @Test("an ended session proves nothing, nor does a token without one")
    func ended() async throws {
        let identity = try await identity()
        let sessionless = AccessToken(
            userID: 1, expiresAt: services.clock.now().adding(seconds: 60), issuedAt: services.clock.now(), id: nil,
            sessionID: nil)
        #expect(
            try await rename(Identity(user: identity.user, token: sessionless), to: "x@example.com") == .passwordNeeded)
        try await services.storage.endAll(of: 1, but: nil, at: services.clock.now())
        #expect(try await rename(identity, to: "x@example.com") == .passwordNeeded)
    }

    @Test("an account changes its profile 20 times a minute")
    func budget() async throws {
        let identity = try await identity()
        func change() async throws {
            _ = try await services.profile.update(
                identity, email: nil, username: "x", password: nil, in: services.context(network))
        }
        for _ in 0..<20 { #expect(try await throttled(change) == nil) }
        #expect(try await throttled(change) == .profile)
        services.clock.advance(seconds: 3)
        #expect(try await throttled(change) == nil)
    }

    @Test("addresses that are tried count like registrations of the network, over all its accounts")
    func tries() async throws {
        let identities = [
            try await identity(),
            try await services.identity.identity(
                bearer: services.session("b@example.com").accessToken, in: services.context()),
        ]
        var tried = 0
        var scope: ThrottleScope?
        while scope == nil, tried < 100 {
            let identity = identities[tried % 2]
            scope = try await throttled { _ = try await rename(identity, to: "probe\(tried)@example.com") }
            if scope == nil { tried += 1 }
        }
        #expect(tried == 20 && scope == .register)
    }

    @Test("guesses follow the account through a change of its address")
    func guesses() async throws {
        let identity = try await identity()
        // The login that opened the session was the first of ten tries.
        for number in 0..<9 {
            #expect(await services.attempt("first@example.com", "wrong", from: "192.0.2.\(number)") == .refused)
        }
        _ = try await rename(identity, to: "second@example.com")
        let spent = Throttled(scope: .loginAccount, wait: 6_000_000)
        #expect(await services.attempt("second@example.com", right, from: "192.0.2.99") == .throttled(spent))
        // The address that nobody has any more is counted for itself.
        #expect(await services.attempt("first@example.com", right, from: "192.0.2.99") == .refused)
    }

    @Test("a wrong current password uses up the budget of passwords")
    func passwords() async throws {
        let identity = try await identity()
        for _ in 0..<5 { #expect(try await rename(identity, to: "x@example.com", password: "wrong") == .wrongPassword) }
        #expect(
            try await throttled { _ = try await rename(identity, to: "x@example.com", password: right) } == .password)
    }
}
