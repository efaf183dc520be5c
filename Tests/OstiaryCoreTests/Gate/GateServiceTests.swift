// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Gate")
struct GateServiceTests {
    private static let origin = "https://app.example.com"

    /// A store of one session, which counts the questions.
    private final class OneSession: GateStore {
        private let entry: GateEntry
        let expiry: Mutex<Timestamp?>
        let questions = Mutex(0)
        let names = Mutex<[String]>([])

        init(_ entry: GateEntry) {
            self.entry = entry
            self.expiry = Mutex(entry.expiresAt)
        }

        func add(_ ticket: GateTicket, in context: RequestContext) async throws -> Bool { true }

        func redeem(
            _ ticket: GateDigest, origin: String, state: GateDigest, in context: RequestContext
        ) async throws -> GateEntry? { entry }

        func expiry(of session: SessionID, in context: RequestContext) async throws -> Timestamp? {
            questions.withLock { $0 += 1 }
            return expiry.withLock { $0 }
        }

        func isOver(_ token: RefreshTokenDigest, in context: RequestContext) async throws -> Bool { false }

        func groups(of user: User.ID, in context: RequestContext) async throws -> [String] {
            questions.withLock { $0 += 1 }
            return names.withLock { $0 }
        }
    }

    private struct Site {
        let services: Services
        let store: OneSession
        let gate: GateService
        let pass: String

        /// - Parameter seconds: the time for which the session lives without another token.
        init(livingFor seconds: Int = 100) async throws {
            services = try Services()
            let pair = try await services.session()
            let own = try await services.identity.identity(bearer: pair.accessToken, in: services.context())
            let session = try #require(own.token.sessionID)
            let entry = GateEntry(
                session: session, user: own.user.id, expiresAt: services.context().now.adding(seconds: seconds),
                authenticatedAt: services.context().now)
            store = OneSession(entry)
            let root = try #require(RootSecret([UInt8](repeating: 7, count: 32)))
            let clock = services.clock
            gate = GateService(
                identity: services.identity, store: store, pass: GatePass(root: root), now: clock.now)
            pass = GatePass(root: root).seal(entry, for: GateServiceTests.origin)
        }

        func judge(_ origin: String = GateServiceTests.origin) async throws -> Identity {
            try await gate.identity(pass: pass, for: origin, in: services.context())
        }
    }

    @Test("a pass lives as long as its session, also beyond the moment at which it was made")
    func lifetime() async throws {
        let site = try await Site()
        site.services.lease.isHeld = true
        #expect(try await site.judge().user.email == "first@example.com")
        #expect(site.gate.remembered(pass: site.pass, for: Self.origin) != nil)
        #expect(site.store.questions.withLock { $0 } == 0, "memory knows it")
        site.services.clock.advance(seconds: 100)
        #expect(site.gate.remembered(pass: site.pass, for: Self.origin) == nil)
        await #expect(throws: AccessTokenError.sessionEnded) { try await site.judge() }
        let later = site.services.context().now.adding(seconds: 50)
        site.store.expiry.withLock { $0 = later }
        for _ in 0..<3 { _ = try await site.judge() }
        #expect(site.gate.remembered(pass: site.pass, for: Self.origin) != nil)
        #expect(site.store.questions.withLock { $0 } == 2, "one question for each end that was reached")
        site.services.clock.advance(seconds: 50)
        site.store.expiry.withLock { $0 = nil }
        await #expect(throws: AccessTokenError.sessionEnded) { try await site.judge() }
    }

    @Test("a pass is for one origin, under one root secret, and no byte of it may change")
    func sealing() async throws {
        let site = try await Site()
        for origin in ["https://other.example.com", "http://app.example.com", ""] {
            await #expect(throws: AccessTokenError.malformed) { try await site.judge(origin) }
        }
        let other = GatePass(root: try #require(RootSecret([UInt8](repeating: 8, count: 32))))
        #expect(other.open(site.pass, for: Self.origin) == nil)
        let own = GatePass(root: try #require(RootSecret([UInt8](repeating: 7, count: 32))))
        #expect(own.open(site.pass, for: Self.origin) != nil)
        let bytes = Array(site.pass.utf8)
        for place in bytes.indices {
            var changed = bytes
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(own.open(String(decoding: changed, as: UTF8.self), for: Self.origin) == nil, "\(place)")
        }
        for text in ["", "A", site.pass + "A", String(site.pass.dropLast()), String(repeating: "A", count: 100_000)] {
            #expect(own.open(text, for: Self.origin) == nil)
        }
    }

    @Test("groups are asked for once in five seconds")
    func groups() async throws {
        let site = try await Site()
        #expect(site.gate.rememberedGroups(of: 1) == nil)
        #expect(try await site.gate.groups(of: 1, in: site.services.context()) == [])
        site.store.names.withLock { $0 = ["staff"] }
        site.services.clock.advance(seconds: 4)
        #expect(try await site.gate.groups(of: 1, in: site.services.context()) == [])
        #expect(site.gate.rememberedGroups(of: 1) == [])
        site.services.clock.advance(seconds: 1)
        #expect(site.gate.rememberedGroups(of: 1) == nil)
        #expect(try await site.gate.groups(of: 1, in: site.services.context()) == ["staff"])
        #expect(site.store.questions.withLock { $0 } == 2)
    }

    @Test("a ticket needs a live session, and a login that is recent enough")
    func tickets() async throws {
        let site = try await Site()
        let pair = try await site.services.session()
        func ticket(within age: Int?) async throws -> GateSecret? {
            try await site.gate.ticket(
                bearer: pair.accessToken, to: Self.origin, state: GateSecret().digest(for: .state), maximumAge: age,
                in: site.services.context())
        }
        #expect(try await ticket(within: nil) != nil)
        site.services.clock.advance(seconds: 60)
        #expect(try await ticket(within: 60) != nil)
        #expect(try await ticket(within: 59) == nil)
        #expect(try await site.services.logout.logout(try pair.token(), in: site.services.context()))
        #expect(try await ticket(within: nil) == nil)
    }

    @Test("secrets and digests have one spelling, and say nothing when they are printed")
    func secrets() throws {
        let secret = GateSecret(random: { 1 })
        #expect(GateSecret(secret.text) == secret && "\(secret)" == "GateSecret(redacted)")
        #expect(secret.digest(for: .state) != secret.digest(for: .ticket))
        #expect(GateDigest(secret.digest(for: .state).text) == secret.digest(for: .state))
        for text in ["", secret.text + "A", String(secret.text.dropLast()) + "!", secret.text.lowercased() + "="] {
            #expect(GateSecret(text) == nil && GateDigest(text) == nil)
        }
    }
}
