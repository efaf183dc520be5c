// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("The feed of revocations")
struct RevocationFeedTests {
    /// A list in memory that counts its readers.
    private final class List: RevocationStore {
        private let state = Mutex((entries: [Revocation](), reads: 0))

        var reads: Int { state.withLock { $0.reads } }

        func add(_ entry: Revocation) { state.withLock { $0.entries.append(entry) } }

        func page(after cursor: String?, limit: Int, in context: RequestContext) async throws -> RevocationPage? {
            guard let place = cursor.map({ Int($0) }) ?? 0 else { return nil }
            return state.withLock { state in
                state.reads += 1
                let rest = state.entries.dropFirst(place)
                let page = Array(rest.prefix(limit))
                return RevocationPage(
                    entries: page, cursor: String(place + page.count), isComplete: cursor == nil,
                    hasMore: rest.count > limit)
            }
        }

        func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int { 0 }
        func renumber() async throws {}
    }

    /// The conditions that a feed asks for.
    private final class Conditions: Sendable {
        let hearsOfChanges = Atomic<Bool>(true)
        let isDraining = Atomic<Bool>(false)
    }

    private static let now = Timestamp(seconds: 1_800_000_000)
    private let list = List()
    private let conditions = Conditions()
    private let key = PrivateKey(generating: .es256)

    private func feed(hasPublicKey: Bool = true, signsTokens: Bool = true) throws -> RevocationFeed {
        let shared = try #require(SigningKey(secret: Array(repeating: UInt8(7), count: 32)))
        let ring = try #require(
            KeyRing(
                shared: shared, signers: hasPublicKey && signsTokens ? [key] : [],
                published: hasPublicKey ? [key.publicKey] : [], feedSigner: hasPublicKey && !signsTokens ? key : nil))
        return RevocationFeed(
            store: list, keys: TokenKeys(ring), issuer: "https://id.example.com", algorithm: { .auto },
            now: { Self.now }, hearsOfChanges: { [conditions] in conditions.hearsOfChanges.load(ordering: .relaxed) },
            isDraining: { [conditions] in conditions.isDraining.load(ordering: .relaxed) })
    }

    private static func ended(_ number: Int) -> Revocation {
        Revocation(
            kind: .session, subject: SessionID(bits: UInt128(number)).description, at: now,
            expiresAt: now.adding(seconds: 60))
    }

    /// The claims of a page whose signature is right.
    private func claims(_ page: [UInt8]) throws -> JSONObject {
        let parts = page.split(separator: UInt8(ascii: "."))
        try #require(parts.count == 3)
        let signature = try #require(Base64URL.decode(parts[2]))
        #expect(key.publicKey.verifies(signature, of: page[..<parts[1].endIndex]))
        let header = try JSONReader.read(try #require(Base64URL.decode(parts[0])))
        #expect(header == ["alg": "ES256", "typ": "revocations+jwt", "kid": JSONValue(key.publicKey.fingerprint)])
        guard case .object(let claims) = try JSONReader.read(try #require(Base64URL.decode(parts[1]))) else {
            throw Failure("no object")
        }
        return claims
    }

    @Test("has all kinds of entries, signed")
    func document() async throws {
        list.add(Self.ended(1))
        let later = Self.now.adding(seconds: 5)
        list.add(Revocation(kind: .user, subject: "42", at: Self.now, expiresAt: later))
        list.add(Revocation(kind: .user, subject: "42", at: later, expiresAt: Self.now.adding(seconds: 9)))
        list.add(Revocation(kind: .key, subject: "kid", at: Self.now, expiresAt: later))
        let claims = try claims(try await feed().page(after: nil, waiting: .seconds(30)))
        #expect(
            JSONValue.object(claims) == [
                "iss": "https://id.example.com", "iat": 1_800_000_000, "cursor": "4", "complete": true, "more": false,
                "sessions": ["00000000-0000-0000-0000-000000000001": 1_800_000_061],
                "users": ["42": [1_800_000_006, 1_800_000_010]], "keys": ["kid": 1_800_000_006],
            ])
    }

    @Test("is signed by a public key that signs no tokens where the shared key signs them")
    func withoutSigner() async throws {
        list.add(Self.ended(1))
        let claims = try claims(try await feed(signsTokens: false).page(after: nil, waiting: .zero))
        #expect(claims["sessions"] == ["00000000-0000-0000-0000-000000000001": 1_800_000_061])
    }

    @Test("refuses a text that is no cursor, and has nothing to say without a public key")
    func failures() async throws {
        let feed = try feed()
        for text in ["x", String(repeating: "1", count: 2_000), "é"] {
            await #expect(throws: RevocationFeed.Failure.noCursor) { try await feed.page(after: text, waiting: .zero) }
        }
        let shared = try self.feed(hasPublicKey: false)
        await #expect(throws: RevocationFeed.Failure.noPublicKey) { try await shared.page(after: nil, waiting: .zero) }
    }

    @Test("reads and signs once for all that wait")
    func crowd() async throws {
        let feed = try feed()
        let count = 500
        let start = ContinuousClock.now
        /// Ten in a second, however slow the machine is, and one for each end of the time.
        func most() -> Int { Int((ContinuousClock.now - start) / .milliseconds(100)) + 2 }
        let texts = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<count { group.addTask { try await feed.page(after: "0", waiting: .seconds(600)) } }
            // Each has read once and waits by then.
            try await Task.sleep(for: .milliseconds(300))
            #expect(list.reads <= most())
            list.add(Self.ended(1))
            feed.receive(.changes([.sessionEnded(SessionID(bits: 1))]))
            var texts: Set<[UInt8]> = []
            for try await text in group { texts.insert(text) }
            #expect(list.reads <= most() && list.reads < count / 2)
            return texts
        }
        #expect(texts.count <= most() && texts.count < count / 2)
        for text in texts { #expect(try claims(text)["cursor"] == "1") }
    }

    @Test("does not lose a change between a page and the wait")
    func race() async throws {
        let feed = try feed()
        // A page was made before the change, and is sent to whoever asks within the next moment.
        _ = try await feed.page(after: "0", waiting: .zero)
        list.add(Self.ended(1))
        feed.receive(.changes([.user(1)]))
        let page = try await feed.page(after: "0", waiting: .seconds(600))
        #expect(try claims(page)["cursor"] == "1")
    }

    @Test("ends a wait at its end, at the end of the server, and with its task")
    func ends() async throws {
        let feed = try feed()
        #expect(try claims(try await feed.page(after: "0", waiting: .milliseconds(50)))["more"] == false)
        let cancelled = Task { try await feed.page(after: "0", waiting: .seconds(600)) }
        try await Task.sleep(for: .milliseconds(50))
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let waiting = Task { try await feed.page(after: "0", waiting: .seconds(600)) }
        try await Task.sleep(for: .milliseconds(50))
        conditions.isDraining.store(true, ordering: .relaxed)
        #expect(try claims(try await waiting.value)["cursor"] == "0")
    }

    @Test("looks by itself while changes may not be reported")
    func doubt() async throws {
        conditions.hearsOfChanges.store(false, ordering: .relaxed)
        let feed = try feed()
        let waiting = Task { try await feed.page(after: "0", waiting: .seconds(600)) }
        try await Task.sleep(for: .milliseconds(50))
        list.add(Self.ended(1))
        #expect(try claims(try await waiting.value)["cursor"] == "1")
    }
}
