// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The cases that every store of keys passes. Each begins without keys.
package enum KeyStoreCases {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func context(_ seconds: Int = 0) -> RequestContext {
        RequestContext(actor: .system, now: start.adding(seconds: seconds))
    }

    private static func circumstances(_ seconds: Int, lifetime: Int = 60) -> KeyRule.Circumstances {
        KeyRule.Circumstances(
            maximumAge: 300, publishHours: 24, accessLifetime: lifetime, now: start.adding(seconds: seconds))
    }

    private static func key(_ seconds: Int = 0, _ algorithm: KeyAlgorithm = .es256) throws -> StoredKey {
        guard let root = RootSecret(Array(repeating: UInt8(7), count: 32)) else {
            throw ConformanceFailure(description: "no root")
        }
        let key = PrivateKey(generating: algorithm)
        return StoredKey(
            jwk: key.publicKey.jwk, state: .published, sealed: SealedKey(key, under: root),
            publishedAt: start.adding(seconds: seconds))
    }

    /// A key's life from its publication to its end, with a second one that takes its place.
    package static func life(of store: any KeyStore) async throws {
        let (first, second) = (try key(), try key(1_000))
        try require(await store.publish(first, unlessAfter: nil, in: context()), "the first is published")
        try require(await !store.publish(key(), unlessAfter: nil, in: context()), "one waits already")
        try require(await store.publish(key(0, .eddsa), unlessAfter: nil, in: context()), "one of each algorithm")
        try requireEqual(
            try await store.turn(circumstances(299), in: context(299)), [], "nothing before the caches expire")
        try requireEqual(try await store.turn(circumstances(300), in: context(300)).count, 2, "both sign")
        try requireEqual(try await states(store)[first.id], .signing, "the first signs")
        try require(
            await !store.publish(second, unlessAfter: start.adding(seconds: -1), in: context(1_000)),
            "one is young enough")
        try require(await store.publish(second, unlessAfter: start, in: context(1_000)), "the second is published")
        // A lifetime that is longer for a while counts.
        _ = try await store.turn(circumstances(1_001, lifetime: 5_000), in: context(1_001))
        try requireEqual(try await store.turn(circumstances(1_300), in: context(1_300)).count, 1, "the second signs")
        try requireEqual(try await states(store)[first.id], .retired, "the first has retired")
        let retired = try await store.keys(in: context()).first { $0.id == first.id }
        try requireEqual(retired?.removeAfter, start.adding(seconds: 1_300 + 5_000 + 120), "its last token")
        try requireEqual(try await store.turn(circumstances(6_420), in: context(6_420)), [], "it stays until then")
        try requireEqual(
            try await store.turn(circumstances(6_421), in: context(6_421)), [KeyTurn(id: first.id, step: .remove)],
            "it goes")
        try requireEqual(try await states(store)[first.id], nil, "it is gone")
    }

    /// A verifier that lacks the key holds it back; the one that was added by hand is waited for.
    package static func verifiers(of store: any KeyStore) async throws {
        let key = try key()
        try require(await store.publish(key, unlessAfter: nil, in: context()), "published")
        try await store.note([Verifier(name: "a", kind: .fetches, keys: ["x"], seenAt: start)], in: context())
        try require(await store.add(pinned: "file", in: context()), "added")
        try require(await !store.add(pinned: "file", in: context()), "added once")
        try requireEqual(
            try await store.turn(circumstances(400), in: context(400)),
            [KeyTurn(id: key.id, step: .wait(["a", "file"]))],
            "both lack it")
        try await store.note(
            [Verifier(name: "a", kind: .fetches, keys: [key.id], seenAt: start.adding(seconds: 401))], in: context(401))
        // An older look does not take the place of a newer one, and a file is not what somebody fetches.
        try await store.note([Verifier(name: "a", kind: .fetches, keys: [], seenAt: start)], in: context(402))
        try await store.note(
            [Verifier(name: "file", kind: .fetches, keys: [key.id], seenAt: start.adding(seconds: 402))],
            in: context(402))
        try requireEqual(
            try await store.turn(circumstances(403), in: context(403)), [KeyTurn(id: key.id, step: .wait(["file"]))],
            "the file")
        try require(await store.confirm("file", has: key.id, in: context(404)), "confirmed")
        try require(await !store.confirm("a", has: key.id, in: context(404)), "not a file")
        try requireEqual(
            try await store.turn(circumstances(405), in: context(405)), [KeyTurn(id: key.id, step: .sign(lacking: []))],
            "signs")
        try require(await store.forget(verifier: "a", in: context()), "forgotten")
        try require(await !store.forget(verifier: "a", in: context()), "forgotten once")
        try await store.note(
            [Verifier(name: "poller", kind: .polls, keys: [], seenAt: start.adding(seconds: 500))], in: context(500))
        try await store.note(
            (0..<1_100).map {
                Verifier(name: "v\($0)", kind: .fetches, keys: [], seenAt: start.adding(seconds: 1_000 + $0))
            }, in: context(2_200))
        let kept = try await store.verifiers(in: context())
        try requireEqual(kept.count, 1_000, "the most that are kept")
        try requireEqual(kept.first?.name, "v1099", "those that were seen last")
        try require(kept.contains { $0.name == "file" }, "one that was added by hand stays")
        try require(kept.contains { $0.name == "poller" }, "one that has a secret stays")
        try await store.note(
            (0..<1_100).map {
                Verifier(name: "p\($0)", kind: .polls, keys: [], seenAt: start.adding(seconds: 3_000 + $0))
            }, in: context(4_200))
        try require(try await store.verifiers(in: context()).contains { $0.name == "file" }, "before all that poll")
    }

    /// Revocation, removal, the shared secret, and sealing anew.
    package static func ends(of store: any KeyStore) async throws {
        let (key, other) = (try key(), try key(10))
        try require(await !store.retireSharedKey(in: context()), "no other key signs")
        try require(await store.publish(key, unlessAfter: nil, in: context()), "published")
        try require(await store.sign(with: key.id, circumstances(1), in: context(1)), "signs at once")
        try require(await !store.sign(with: key.id, circumstances(1), in: context(1)), "it signs already")
        try require(await !store.remove(key.id, in: context(1)), "the one that signs stays")
        guard let sealed = key.sealed, let foreign = other.sealed else {
            throw ConformanceFailure(description: "not sealed")
        }
        try require(await !store.reseal([key.id: (foreign, foreign)], in: context(2)), "it is not sealed like that")
        try require(await store.reseal([key.id: (sealed, foreign)], in: context(2)), "sealed anew")
        try requireEqual(try await store.keys(in: context()).first?.sealed, foreign, "as it is kept")
        var replacement = other
        (replacement.state, replacement.signingAt) = (.signing, start.adding(seconds: 10))
        try require(
            await store.revoke(key.id, reason: "leaked", replacement: replacement, in: context(10)), "revoked")
        try require(await !store.revoke(key.id, reason: nil, replacement: nil, in: context(11)), "revoked once")
        try requireEqual(try await states(store), [key.id: .revoked, other.id: .signing], "replaced")
        try requireEqual(
            try await store.keys(in: context()).first { $0.id == key.id }?.sealed, nil, "the private key is gone")
        try require(await store.remove(key.id, in: context(12)), "removed")
        try requireEqual(try await store.sharedKeyRetiredAt(in: context()), nil, "in use")
        try require(await store.retireSharedKey(in: context(13)), "retired")
        try require(await !store.retireSharedKey(in: context(14)), "retired once")
        try requireEqual(try await store.sharedKeyRetiredAt(in: context()), start.adding(seconds: 13), "the time")
        try await requireLast(other, in: store)
    }

    /// The retired secret never has to sign again: the last key that signs goes only with a replacement.
    private static func requireLast(_ last: StoredKey, in store: any KeyStore) async throws {
        do {
            _ = try await store.revoke(last.id, reason: nil, replacement: nil, in: context(20))
            throw ConformanceFailure(description: "the last key was revoked")
        } catch is LastSigningKey {}
        try requireEqual(try await states(store)[last.id], .signing, "it signs on")
        let further = try key(21, .eddsa)
        try require(await store.publish(further, unlessAfter: nil, in: context(21)), "published")
        try require(await store.sign(with: further.id, circumstances(22), in: context(22)), "another one signs")
        try require(await store.revoke(last.id, reason: nil, replacement: nil, in: context(23)), "revoked now")
    }

    /// While programs follow the feed, the last key that could sign it is not revoked without a replacement.
    package static func followers(of store: any KeyStore) async throws {
        let (first, next) = (try key(1), try key(2, .eddsa))
        try require(await store.publish(first, unlessAfter: nil, in: context(1)), "published")
        try require(await store.sign(with: first.id, circumstances(2), in: context(2)), "signs")
        try await store.note([Verifier(name: "a/b", kind: .polls, keys: [first.id], seenAt: start)], in: context(3))
        do {
            _ = try await store.revoke(first.id, reason: nil, replacement: nil, in: context(4))
            throw ConformanceFailure(description: "the last public key was revoked")
        } catch is LastPublicKey {}
        try requireEqual(try await states(store)[first.id], .signing, "it signs on")
        try require(await store.publish(next, unlessAfter: nil, in: context(5)), "published")
        try require(await store.revoke(first.id, reason: nil, replacement: nil, in: context(6)), "revoked now")
    }

    /// Of many that publish or turn at once, one does.
    package static func races(of store: any KeyStore) async throws {
        let count = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                let key = try key()
                group.addTask { try await store.publish(key, unlessAfter: nil, in: context()) }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try requireEqual(count, 1, "one key")
        let turns = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try await store.turn(circumstances(300), in: context(300)).count }
            }
            return try await group.reduce(into: 0) { $0 += $1 }
        }
        try requireEqual(turns, 1, "one step")
    }

    /// The cases by name.
    package static let all: [(name: String, run: @Sendable (any KeyStore) async throws -> Void)] = [
        ("life", life), ("verifiers", verifiers), ("ends", ends), ("followers", followers), ("races", races),
    ]

    private static func require(_ condition: Bool, _ rule: String) throws { try requireEqual(condition, true, rule) }

    private static func states(_ store: any KeyStore) async throws -> [String: KeyState] {
        Dictionary(try await store.keys(in: context()).map { ($0.id, $0.state) }) { first, _ in first }
    }
}
