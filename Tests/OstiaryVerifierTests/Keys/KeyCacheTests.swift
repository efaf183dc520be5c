// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import OstiaryVerifier
import OstiaryVerifierTestSupport
import Testing

/// When keys are fetched, and when they are not.
struct KeyCacheTests {
    private let issuer: Issuer
    private let keys: String
    private let clock = TestClock()

    init() throws {
        issuer = try Issuer.ours.get()
        keys = try issuer.keySet()
    }

    /// - Parameter age: the seconds since it was issued.
    private func token(_ kid: String = "ES256", age: Int = 0) throws -> String {
        let issuedAt = Int(clock.clock.now()) - age
        return try Draft(issuer: stubIssuer, issuedAt: issuedAt).header("kid", "\"\(kid)\"").claim("exp", "4102444800")
            .signed(by: issuer)
    }

    private func refusal(_ verifier: TokenVerifier, _ token: String) async -> VerificationError? {
        do throws(VerificationError) {
            _ = try await verifier.verify(token)
            return nil
        } catch {
            return error
        }
    }

    @Test("any number of tasks make one fetch, and wait for it")
    func singleFlight() async throws {
        let transport = StubTransport { [keys] _, _ in
            try await Task.sleep(for: .milliseconds(200))
            return .text(200, keys)
        }
        let verifier = try makeVerifier(transport)
        let token = try token()
        #expect(try verifier.verifyImmediately(token) == nil)
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 { group.addTask { try await verifier.verify(token).subject } }
            for try await subject in group { #expect(subject == "7") }
        }
        #expect(transport.requests.count == 1)
        #expect(try verifier.verifyImmediately(token)?.subject == "7")
    }

    @Test("an unknown key is fetched at once; a flood of forged ones costs one fetch in ten seconds")
    func unknown() async throws {
        let more = try Issuer.ours.get().jwk(.es256).replacing(#""kid":"ES256""#, with: #""kid":"new""#)
        let renewed = try issuer.keySet([more])
        let isRenewed = Switch(false)
        let transport = StubTransport { [keys] _, _ in .text(200, isRenewed.value ? renewed : keys) }
        let verifier = try makeVerifier(transport, clock: clock)
        let (good, new) = try (token(), token("new"))
        #expect(await refusal(verifier, good) == nil)
        for index in 0..<500 {
            #expect(await refusal(verifier, try token("forged\(index)", age: 120)) == .refused(.unknownKey))
        }
        #expect(transport.requests.count == 1, "the set is younger than ten seconds")
        isRenewed.set(true)
        // The issuer publishes a key before it signs, so an older token would have had its key in the set.
        #expect(await refusal(verifier, new) == .unavailable(.noKeys), "it may be of a key that is newer than the set")
        #expect(transport.requests.count == 1)
        clock.advance(11)
        #expect(await refusal(verifier, new) == nil, "one fetch at once")
        #expect(transport.requests.count == 2)
        for index in 0..<500 { _ = await refusal(verifier, try token("again\(index)")) }
        #expect(transport.requests.count == 2)
        #expect(await refusal(verifier, good) == nil && transport.requests.count == 2)
    }

    @Test(
        "a set is fetched anew after its max-age, within bounds, and by its ETag",
        arguments: [
            ("max-age=600", 600.0), ("public, MAX-AGE=600", 600), ("max-age=1", 30), ("max-age=0", 30),
            ("no-store", 300),
            ("max-age=99999999", 86_400), ("max-age=99999999999999999999", 300), ("s-maxage=600", 300),
            ("max-age=-1", 300),
        ])
    func age(_ field: String, _ seconds: Double) async throws {
        let transport = StubTransport { [keys] _, number in
            number == 0
                ? .text(200, keys, [("Cache-Control", field), ("ETag", #""v1""#)])
                : .text(304, "", [("Cache-Control", field)])
        }
        let verifier = try makeVerifier(transport, clock: clock)
        let token = try token()
        #expect(await refusal(verifier, token) == nil)
        clock.advance(seconds - 5)
        _ = try verifier.verifyImmediately(token)
        #expect(transport.requests.count == 1)
        clock.advance(6)
        #expect(try verifier.verifyImmediately(token) != nil, "it is used until the new one is there")
        let deadline = Deadline(20)
        while transport.requests.count < 2, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        #expect(transport.requests.last?.headers.contains { $0 == ("If-None-Match", #""v1""#) } == true)
        try await Task.sleep(for: .milliseconds(50))
        for _ in 0..<20 { _ = try verifier.verifyImmediately(token) }
        try await Task.sleep(for: .milliseconds(50))
        #expect(transport.requests.count == 2)
    }

    @Test("a key that has left the set is refused after the next fetch")
    func gone() async throws {
        let isGone = Switch(false)
        let others = try #"{"keys":[\#(issuer.jwk(.eddsa))]}"#
        let transport = StubTransport { [keys] _, _ in .text(200, isGone.value ? others : keys) }
        let verifier = try makeVerifier(transport, clock: clock)
        let token = try token()
        #expect(await refusal(verifier, token) == nil)
        isGone.set(true)
        clock.advance(301)
        let deadline = Deadline(20)
        while await refusal(verifier, token) == nil, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        #expect(await refusal(verifier, token) == .refused(.unknownKey))
    }

    @Test("an issuer that is away is asked again after a second, and after ten where keys are there")
    func away() async throws {
        let isAway = Switch(true)
        let events = Switch<[VerifierEvent]>([])
        let transport = StubTransport { [keys] _, _ in
            if isAway.value { throw Failure("away") }
            return .text(200, keys)
        }
        let verifier = try makeVerifier(transport, clock: clock, events: events)
        let token = try token()
        for _ in 0..<20 { #expect(await refusal(verifier, token) == .unavailable(.noKeys)) }
        #expect(transport.requests.count == 1 && events.value == [.keysNotFetched(reason: "no answer: away")])
        clock.advance(1.1)
        isAway.set(false)
        #expect(await refusal(verifier, token) == nil)
        isAway.set(true)
        clock.advance(301)
        for _ in 0..<20 { #expect(await refusal(verifier, token) == nil) }
        let deadline = Deadline(20)
        while transport.requests.count < 3, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<20 { #expect(await refusal(verifier, token) == nil) }
        #expect(transport.requests.count == 3)
    }

    @Test("a pinned algorithm is the only one")
    func pinned() async throws {
        var options = TokenVerifier.Options()
        options.algorithms = [.eddsa]
        let transport = StubTransport { [keys] _, _ in .text(200, keys) }
        let verifier = try TokenVerifier(
            issuer: stubIssuer, audience: ["notes"], options: options, transport: transport)
        #expect(await refusal(verifier, try token()) == .refused(.algorithm))
        let good = try Draft(.eddsa, issuer: stubIssuer).signed(by: issuer, .eddsa)
        #expect(await refusal(verifier, good) == nil)
        // The header names the pinned algorithm, and the key is another's: that key is not used at all.
        let named = try Draft(.eddsa, issuer: stubIssuer).header("kid", #""ES256""#).signed(by: issuer)
        #expect(await refusal(verifier, named) == .refused(.unknownKey))
    }

    @Test("claims are read, and those of one's own decoded")
    func claims() async throws {
        struct Own: Decodable { let tenant: String }
        let verifier = try makeVerifier(StubTransport { [keys] _, _ in .text(200, keys) })
        let draft = Draft(issuer: stubIssuer, issuedAt: 1_700_000_000).claim("tenant", #""blue""#)
            .claim("groups", #"["editors","staff"]"#).claim("exp", "4102444800").claim("aud", #"["notes","x"]"#)
        let token = try await verifier.verify(draft.signed(by: issuer))
        #expect(token.subject == "7" && token.sessionID == "s1" && token.id == "j1" && token.clientID == "ostiary")
        #expect(token.audience == ["notes", "x"] && token.groups == ["editors", "staff"] && token.keyID == "ES256")
        #expect(token.authenticationMethods == ["pwd"] && token.authenticationLevel == "aal1")
        #expect(token.expiresAt.timeIntervalSince1970 == 4_102_444_800)
        #expect(token.issuedAt?.timeIntervalSince1970 == 1_700_000_000 && token.authenticatedAt != nil)
        #expect(try token.decode(Own.self).tenant == "blue")
        #expect("\(token)" == "token of 7 in session s1" && String(reflecting: token) == "\(token)")
    }

    @Test("a verifier that could not be right is not made")
    func configuration() throws {
        func fault(
            _ issuer: String, _ change: (inout TokenVerifier.Options, inout RevocationFeed) -> Void = { _, _ in }
        )
            -> VerifierConfigurationError?
        {
            var options = TokenVerifier.Options()
            var feed = RevocationFeed(clientID: "notes", secret: "s3cret")
            change(&options, &feed)
            do throws(VerifierConfigurationError) {
                _ = try TokenVerifier(
                    issuer: issuer, audience: ["notes"], feed: feed, options: options,
                    transport: StubTransport { _, _ in .text(404, "") })
                return nil
            } catch {
                return error
            }
        }
        for good in [
            "https://id.example.com", "https://id.example.com/auth", "http://127.0.0.1:8000", "http://[::1]:80",
        ] {
            #expect(fault(good) == nil, "\(good)")
        }
        for bad in [
            "", "ostiary", "http://id.example.com", "ftp://id.example.com", "https://a@id.example.com", "https://",
        ] {
            #expect(fault(bad) != nil, "\(bad)")
        }
        #expect(fault("http://id.example.com") { options, _ in options.allowsPlainText = true } == nil)
        #expect(fault(stubIssuer) { _, feed in feed.address = "http://id.example.com/" } != nil)
        #expect(fault(stubIssuer) { options, _ in options.keysAddress = "http://id.example.com/" } != nil)
        #expect(fault(stubIssuer) { options, _ in options.algorithms = [] } != nil)
        #expect(fault(stubIssuer) { options, _ in options.leeway = -1 } != nil)
        #expect(fault(stubIssuer) { _, feed in feed.clientID = "a:b" } != nil)
        let secret = fault(stubIssuer) { _, feed in feed.secret = "line\r\nfeed" }
        #expect(secret != nil && secret.map { "\($0)".contains("feed\r") } == false)
        #expect(fault(stubIssuer) { _, feed in feed.silence = .closed(after: .zero) } != nil)
        let feed = RevocationFeed(clientID: "notes", secret: "s3cret")
        #expect(!"\(feed)".contains("s3cret") && !String(reflecting: feed).contains("s3cret"))
    }
}
