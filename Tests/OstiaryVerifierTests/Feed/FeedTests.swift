// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifierTestSupport
import Testing

/// The feed as the verifiers in three languages read it, from an HTTP server on loopback.
@Suite(.onItsOwnThread)
struct FeedTests {
    private let site: FeedSite
    private let issuer: Issuer
    private var address: String { site.server.address }

    init() throws {
        site = try FeedSite()
        issuer = try Issuer.ours.get()
    }

    private func token(_ session: String, user: String = "7", issuedAt: Int? = nil) throws -> String {
        try Draft(issuer: address, session: session, user: user, issuedAt: issuedAt).signed(by: issuer)
    }

    private func wait(_ judge: any Judge, _ token: String, _ verdict: String) async throws -> Bool {
        let deadline = Deadline(40)
        while try await judge.judge(token) != verdict {
            if deadline.passed { return false }
            try await Task.sleep(for: .milliseconds(10))
        }
        return true
    }

    @Test("ended sessions, users and keys are refused; others are not", arguments: Language.allCases)
    func kinds(_ language: Language) async throws {
        let now = Int(Date().timeIntervalSince1970)
        site.revoke(.session("before"))
        let judge = try await language.start(JudgeConfiguration(issuer: address))
        #expect(try await judge.judge(token("before")) == "refused session_ended", "it had ended before the start")
        #expect(try await judge.judge(token("live")) == "ok 7")
        #expect(try await judge.isFresh)
        let old = try token("a", user: "8", issuedAt: now - 100)
        #expect(try await judge.judge(old) == "ok 8")
        site.revoke(.user("8", before: now - 50))
        #expect(try await wait(judge, old, "refused user_revoked"))
        #expect(try await judge.judge(token("a", user: "8", issuedAt: now - 51)) == "refused user_revoked")
        #expect(try await judge.judge(token("b", user: "8", issuedAt: now - 50)) == "ok 8", "issued afterwards")
        let undated = try Draft(issuer: address, user: "8").claim("iat", nil).signed(by: issuer)
        #expect(try await judge.judge(undated) == "refused user_revoked", "it may be an old one")
        let other = try Draft(.eddsa, issuer: address).signed(by: issuer, .eddsa)
        #expect(try await judge.judge(other) == "ok 7")
        site.revoke(.key("EdDSA"))
        #expect(try await wait(judge, other, "refused key_revoked"))
        #expect(try await judge.judge(token("live")) == "ok 7")
    }

    @Test("a poll names cursor, keys, wait and instance", arguments: Language.allCases)
    func query(_ language: Language) async throws {
        site.revoke(.session("a"))
        let judge = try await language.start(JudgeConfiguration(issuer: address))
        #expect(try await judge.judge(token("a")) == "refused session_ended")
        let deadline = Deadline(20)
        while site.polls.count < 2, !deadline.passed { try await Task.sleep(for: .milliseconds(10)) }
        let polls = site.polls
        try #require(polls.count >= 2)
        #expect(polls[0].query["after"] == nil && polls[0].query["wait"] == "0")
        #expect(polls[1].query["after"] == "c1" && polls[1].query["wait"] == "30")
        #expect(polls[1].query["keys"] == "%22keys%2F1%22" && polls[1].query["instance"] == "host-1")
        #expect(polls[1].fields["accept"] == "application/jwt")
    }

    @Test("whatever goes wrong on the way, nothing that has ended is accepted afterwards", arguments: Language.allCases)
    func chaos(_ language: Language) async throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed("feed read by \(language.rawValue)"))
        let judge = try await language.start(JudgeConfiguration(issuer: address, timeout: 3))
        let faults: [FeedSite.Fault] = [
            .status(500), .status(401), .status(404), .status(400), .status(429), .cut, .hang, .again, .delayed,
            .foreign,
            .foreignKey, .token, .otherIssuer, .wrongEntry, .tooLarge, .moved, .notSigned, .sameCursor, .beginning,
        ]
        var order = faults.shuffled(using: &generator)
        var ended: [String] = []
        while !order.isEmpty {
            let now = Array(order.prefix(2))
            order.removeFirst(now.count)
            let session = "ends\(ended.count)"
            #expect(try await judge.judge(token(session)) == "ok 7")
            site.fail(now)
            site.revoke(.session(session))
            ended.append(try token(session))
            #expect(try await wait(judge, try #require(ended.last), "refused session_ended"), "\(now)")
            for token in ended { #expect(try await judge.judge(token) == "refused session_ended", "\(now)") }
            #expect(try await judge.judge(token("live")) == "ok 7", "\(now)")
        }
        #expect(site.server.requests("/elsewhere").isEmpty, "redirections are not followed")
    }

    @Test("a whole list that breaks off after its first page takes nothing away", arguments: Language.allCases)
    func beginning(_ language: Language) async throws {
        site.revoke(.session("a"))
        site.revoke(.user("8", before: 4_000_000_000))
        let judge = try await language.start(JudgeConfiguration(issuer: address))
        func expectRefused() async throws {
            #expect(try await judge.judge(token("a")) == "refused session_ended")
            #expect(try await judge.judge(token("b", user: "8")) == "refused user_revoked")
        }
        try await expectRefused()
        site.fail([.status(400), .beginning, .status(500), .status(500)])
        let deadline = Deadline(30)
        while !site.hasFailed, !deadline.passed {
            try await expectRefused()
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(site.hasFailed)
        try await expectRefused()
        site.revoke(.session("c"))
        #expect(try await wait(judge, token("c"), "refused session_ended"))
        try await expectRefused()
    }

    @Test("a silence closes the verifier in time, and the next page opens it", arguments: Language.allCases)
    func closed(_ language: Language) async throws {
        site.revoke(.session("a"))
        let judge = try await language.start(JudgeConfiguration(issuer: address))
        #expect(try await judge.judge(token("live")) == "ok 7")
        site.fail(always: .status(500))
        site.advance(91)
        try await judge.advance(30)
        #expect(try await judge.judge(token("live")) == "ok 7")
        try await judge.advance(61)
        #expect(try await judge.judge(token("live")) == "unavailable silent")
        #expect(try await !judge.isFresh)
        #expect(try await judge.judge(token("a")) == "refused session_ended", "this is known")
        #expect(try await judge.lines.contains("feed of revocations is silent: tokens are refused"))
        site.fail(always: nil)
        site.revoke(.session("b"))
        #expect(try await wait(judge, token("b"), "refused session_ended"))
        #expect(try await judge.judge(token("live")) == "ok 7")
        #expect(try await judge.lines.last == "feed of revocations is heard")
    }

    @Test("an open verifier accepts in a silence, and says so", arguments: Language.allCases)
    func open(_ language: Language) async throws {
        site.revoke(.session("a"))
        let judge = try await language.start(JudgeConfiguration(issuer: address, isOpen: true))
        #expect(try await wait(judge, token("a"), "refused session_ended"))
        site.fail(always: .hang)
        try await judge.advance(91)
        #expect(try await judge.judge(token("live")) == "ok 7")
        #expect(try await judge.judge(token("a")) == "refused session_ended")
        #expect(try await !judge.isFresh)
        #expect(try await judge.lines.contains("feed of revocations is silent: ended sessions are accepted"))
    }

    @Test(
        "without a first page, and by pages that come minutes late, a verifier is silent", arguments: Language.allCases)
    func neverHeard(_ language: Language) async throws {
        for fault in [FeedSite.Fault.status(404), .status(401), .hang, .foreign, .token, .delayed] {
            let site = try FeedSite()
            site.fail(always: fault)
            let token = try Draft(issuer: site.server.address).signed(by: issuer)
            let judge = try await language.start(
                JudgeConfiguration(issuer: site.server.address, startTimeout: 0.5, timeout: 3))
            // A page of five minutes ago counts as that old: longer than 90 seconds.
            #expect(try await judge.judge(token) == "unavailable silent", "\(fault)")
            #expect(try await !judge.isFresh)
            site.fail(always: nil)
            #expect(try await wait(judge, token, "ok 7"), "\(fault)")
        }
    }
}
