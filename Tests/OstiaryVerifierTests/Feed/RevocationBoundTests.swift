// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifier
import OstiaryVerifierTestSupport
import Testing

/// Bounds of what a verifier keeps, and what its polls cost, before a server in this process.
struct RevocationBoundTests {
    private let issuer: Issuer
    private let keys: String
    private let clock = TestClock()
    private let events = Switch<[VerifierEvent]>([])

    init() throws {
        issuer = try Issuer.ours.get()
        keys = try issuer.keySet()
    }

    private func verifier(
        maximum: Int, _ page: @escaping @Sendable (_ cursor: String?, _ poll: Int) async throws -> String
    ) throws -> (TokenVerifier, Switch<Int>) {
        let polls = Switch(0)
        let transport = StubTransport { [keys] request, _ in
            if request.url.hasSuffix("jwks.json") { return .text(200, keys) }
            let cursor = request.url.firstRange(of: "after=").map { range in
                String(request.url[range.upperBound...].prefix { $0 != "&" })
            }
            let poll = polls.change { polls in
                polls += 1
                return polls - 1
            }
            // As a server that has nothing new.
            if poll > 3 { try await Task.sleep(for: .seconds(60)) }
            return .text(200, try await page(cursor, poll))
        }
        var options = TokenVerifier.Options()
        options.clock = clock.clock
        options.onEvent = { [events] event in events.change { $0.append(event) } }
        var feed = RevocationFeed(clientID: "notes", secret: "s3cret")
        feed.maximumEntries = maximum
        let verifier = try TokenVerifier(
            issuer: stubIssuer, audience: ["notes"], feed: feed, options: options, transport: transport)
        return (verifier, polls)
    }

    private func verdict(_ verifier: TokenVerifier, _ session: String) async throws -> String {
        let token = try Draft(issuer: stubIssuer, session: session).claim("exp", "4102444800").signed(by: issuer)
        do throws(VerificationError) {
            return "ok \(try await verifier.verify(token).sessionID)"
        } catch {
            return "\(error)"
        }
    }

    /// The threads of all tasks are few, so nothing here may block one.
    private static func wait(for ahead: Switch<Int>, atLeast value: Int) async throws {
        let deadline = Deadline(30)
        while ahead.value < value, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
    }

    private func waitForPolls(_ count: Int, _ polls: Switch<Int>) async throws {
        let deadline = Deadline(20)
        while polls.value < count, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        #expect(polls.value >= count)
    }

    @Test("beyond the bound the feed counts as silent, until those without a place would have expired")
    func overflow() async throws {
        let start = Int(Date().timeIntervalSince1970)
        let ahead = Switch(0)
        let (verifier, polls) = try verifier(maximum: 100) { [issuer] cursor, poll in
            var model = FeedModel(issuer: stubIssuer)
            for number in 0..<101 { model.add(.session("s\(number)")) }
            try await Self.wait(for: ahead, atLeast: [0, 1_080, 1_100, 9_999][poll])
            return try model.page(after: cursor, until: start + 1_000).with("iat", "\(start + ahead.value)").signed(
                by: issuer)
        }
        let following = Task { await verifier.follow() }
        defer { following.cancel() }
        try await waitForPolls(2, polls)
        #expect(events.value.contains(.tooManyEntries(maximum: 100)))
        #expect(try await verdict(verifier, "live") == "verifier unavailable: silent")
        #expect(!verifier.isFresh)
        clock.advance(1_080)
        ahead.set(1_080)
        try await waitForPolls(3, polls)
        #expect(try await verdict(verifier, "live") == "verifier unavailable: silent", "a minute and a half is to go")
        clock.advance(20)
        ahead.set(1_100)
        try await waitForPolls(4, polls)
        #expect(try await verdict(verifier, "live") == "ok live")
    }

    @Test("entries are forgotten after their end and a minute and a half, and never before")
    func forgetting() async throws {
        let start = Int(Date().timeIntervalSince1970)
        let ahead = Switch(0)
        let (verifier, polls) = try verifier(maximum: 100) { [issuer] cursor, poll in
            var model = FeedModel(issuer: stubIssuer)
            for number in 0..<100 { model.add(.session("a\(number)")) }
            // The first list ends soon; the second one has no place beside it.
            if poll == 0 { return try model.page(after: cursor, until: start + 100).signed(by: issuer) }
            for number in 0..<100 { model.add(.session("b\(number)")) }
            try await Self.wait(for: ahead, atLeast: 255)
            return try model.page(after: cursor).with("iat", "\(start + ahead.value)").signed(by: issuer)
        }
        let following = Task { await verifier.follow() }
        defer { following.cancel() }
        try await waitForPolls(1, polls)
        let deadline = Deadline(20)
        while !verifier.isFresh, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        clock.advance(185)
        #expect(try await verdict(verifier, "a5") == "token refused: session_ended")
        clock.advance(70)
        ahead.set(255)
        try await waitForPolls(3, polls)
        #expect(try await verdict(verifier, "b99") == "token refused: session_ended")
        #expect(
            try await verdict(verifier, "a5") == "ok a5", "no token of it can live, so this one is forged by the test")
        #expect(!events.value.contains(.tooManyEntries(maximum: 100)))
    }

    @Test("a server that answers at once with nothing is not asked without a pause")
    func busy() async throws {
        let polls = Switch(0)
        let transport = StubTransport { [keys, issuer] request, _ in
            if request.url.hasSuffix("jwks.json") { return .text(200, keys) }
            polls.change { $0 += 1 }
            return .text(200, try FeedModel(issuer: stubIssuer).page(after: nil).signed(by: issuer))
        }
        let waits = Switch(Duration.zero)
        var options = TokenVerifier.Options()
        options.clock.sleep = { duration in
            waits.change { $0 += duration }
            try await Task.sleep(for: .milliseconds(1))
        }
        let verifier = try TokenVerifier(
            issuer: stubIssuer, audience: ["notes"], feed: RevocationFeed(clientID: "notes", secret: "s3cret"),
            options: options, transport: transport)
        let following = Task { await verifier.follow() }
        try await waitForPolls(50, polls)
        following.cancel()
        await following.value
        #expect(waits.value >= .milliseconds(250) * 49, "\(polls.value) polls")
    }

    @Test("failures are followed by pauses that grow to ten seconds, and Retry-After is kept to")
    func pauses() async throws {
        let waits = Switch<[Duration]>([])
        let retryAfter = Switch("")
        let transport = StubTransport { [keys] request, _ in
            if request.url.hasSuffix("jwks.json") { return .text(200, keys) }
            return .text(503, "", [("Retry-After", retryAfter.value)])
        }
        var options = TokenVerifier.Options()
        options.clock.sleep = { duration in
            waits.change { $0.append(duration) }
            try await Task.sleep(for: .milliseconds(1))
        }
        options.onEvent = { [events] event in events.change { $0.append(event) } }
        let verifier = try TokenVerifier(
            issuer: stubIssuer, audience: ["notes"], feed: RevocationFeed(clientID: "notes", secret: "s3cret"),
            options: options, transport: transport)
        let following = Task { await verifier.follow() }
        let deadline = Deadline(20)
        while waits.value.count < 30, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        let seen = waits.value
        try #require(seen.count >= 30)
        #expect(seen[0] >= .milliseconds(100) && seen[0] <= .milliseconds(200))
        for (number, wait) in seen.enumerated() {
            let bound = min(Duration.seconds(10), Duration.milliseconds(200) * (1 << min(number, 10)))
            #expect(wait >= bound * 0.5 && wait <= bound)
        }
        #expect(Set(seen.suffix(10)).count > 5, "drawn at random")
        retryAfter.set("20")
        while waits.value.last != .seconds(20), !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        retryAfter.set("99999")
        while waits.value.last != .seconds(30), !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        #expect(!deadline.passed)
        following.cancel()
        await following.value
        #expect(events.value.count { $0 == .feedFailed(reason: "status 503") } == 1, "one line for a cause in a row")
    }

    @Test("a page of 10,000 entries is read, and its check costs less than a signature")
    func size() async throws {
        let (verifier, polls) = try verifier(maximum: 1_000_000) { [issuer] cursor, _ in
            var model = FeedModel(issuer: stubIssuer)
            for number in 0..<30_000 { model.add(.session("1f0e8a9c4b7d4e2f8a6b3c5d7e9f\(10_000 + number)")) }
            return try model.page(after: cursor).signed(by: issuer)
        }
        let following = Task { await verifier.follow() }
        defer { following.cancel() }
        try await waitForPolls(4, polls)
        let deadline = Deadline(20)
        while !verifier.isFresh, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        for number in [0, 9_999, 10_000, 29_999] {
            let verdict = try await verdict(verifier, "1f0e8a9c4b7d4e2f8a6b3c5d7e9f\(10_000 + number)")
            #expect(verdict == "token refused: session_ended")
        }
        #expect(try await verdict(verifier, "live") == "ok live")
    }
}
