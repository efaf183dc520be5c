// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("The rule of keys")
struct KeyRuleTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private let jwk = PrivateKey(generating: .eddsa).publicKey.jwk
    private var key: StoredKey { StoredKey(jwk: jwk, state: .published, sealed: nil, publishedAt: Self.start) }

    private func at(_ seconds: Int, age: Int = 300, hours: Int = 24) -> KeyRule.Circumstances {
        KeyRule.Circumstances(
            maximumAge: age, publishHours: hours, accessLifetime: 3_600, now: Self.start.adding(seconds: seconds))
    }

    private func verifier(_ name: String, _ kind: Verifier.Kind, has: Bool, seen seconds: Int) -> Verifier {
        Verifier(name: name, kind: kind, keys: has ? [key.id] : ["other"], seenAt: Self.start.adding(seconds: seconds))
    }

    @Test("a key signs when caches have expired, and not before")
    func age() {
        #expect(KeyRule.next(key, [], at(299)) == .stay)
        #expect(KeyRule.next(key, [], at(300)) == .sign(lacking: []))
        #expect(KeyRule.next(key, [], at(-10_000)) == .stay, "a clock that steps back")
    }

    @Test("a verifier that lacks the key holds it back, until the deadline")
    func waiting() {
        let lacks = verifier("a", .fetches, has: false, seen: 10)
        let has = verifier("b", .fetches, has: true, seen: 10)
        #expect(KeyRule.next(key, [lacks, has], at(301)) == .wait(["a"]))
        #expect(KeyRule.next(key, [lacks, has], at(86_399)) == .wait(["a"]))
        #expect(KeyRule.next(key, [lacks, has], at(86_400)) == .sign(lacking: ["a"]))
        #expect(KeyRule.next(key, [has], at(301)) == .sign(lacking: []))
        let before = verifier("c", .fetches, has: true, seen: -1)
        #expect(KeyRule.next(key, [before], at(301)) == .wait(["c"]), "it has fetched before the key was published")
    }

    @Test("a verifier that was not seen for seven days does not count")
    func dead() {
        let dead = verifier("a", .fetches, has: false, seen: 400 - 7 * 86_400)
        #expect(KeyRule.next(key, [dead], at(399)) == .wait(["a"]))
        #expect(KeyRule.next(key, [dead], at(400)) == .sign(lacking: []))
    }

    @Test("a verifier with a file is waited for as long as it takes")
    func pinned() {
        let lacks = verifier("file", .pinned, has: false, seen: 0)
        #expect(KeyRule.next(key, [lacks], at(400 * 86_400)) == .wait(["file"]))
        #expect(KeyRule.next(key, [verifier("file", .pinned, has: true, seen: 0)], at(300)) == .sign(lacking: []))
    }

    @Test("a retired key goes after its last token, and no other state moves")
    func ends() {
        var old = key
        (old.state, old.longestLifetime) = (.signing, 7_200)
        old.removeAfter = KeyRule.end(of: old, at(0))
        #expect(old.removeAfter == Self.start.adding(seconds: 7_320), "the longest lifetime counts, not that of now")
        #expect(KeyRule.next(old, [], at(10_000_000)) == .stay)
        old.state = .retired
        #expect(KeyRule.next(old, [], at(7_320)) == .stay)
        #expect(KeyRule.next(old, [], at(7_321)) == .remove)
        for state in [KeyState.revoked, .removed] {
            old.state = state
            #expect(KeyRule.next(old, [], at(10_000_000)) == .stay)
        }
    }

    /// Random orders of everything that can happen, with a clock that also steps back and two nodes that turn.
    @Test(
        "whatever the order, no key signs that a live verifier lacks before the deadline, and none goes before its tokens"
    )
    func orders() {
        var random = SeededGenerator(seed: 20)
        for _ in 0..<TestScale.count(400) {
            var model = KeyModel(start: Self.start)
            for _ in 0..<80 { model.step(&random) }
            #expect(model.faults.isEmpty, "\(model.faults)")
            if !model.faults.isEmpty { return }
        }
    }
}

/// Keys, verifiers and tokens, moved by chance. The rule's own words are checked by facts that it does not see: which
/// verifier has fetched what, and which tokens live.
private struct KeyModel {
    private var now: Timestamp
    /// The time by a clock that never steps back, by which verifiers and tokens live.
    private var keys: [StoredKey] = []
    private var verifiers: [Verifier] = []
    /// The end of the last token of each key.
    private var lastToken: [String: Timestamp] = [:]
    private var lifetime = 3_600
    private(set) var faults: [String] = []

    init(start: Timestamp) { now = start }

    private var circumstances: KeyRule.Circumstances {
        KeyRule.Circumstances(maximumAge: 300, publishHours: 24, accessLifetime: lifetime, now: now)
    }

    mutating func step(_ random: inout SeededGenerator) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: publish()
        case 1, 2: now = now.adding(seconds: Int.random(in: 1...400, using: &random))
        case 3: now = now.adding(seconds: Int.random(in: 1...200_000, using: &random))
        case 4: now = now.adding(seconds: -Int.random(in: 1...90, using: &random))
        case 5, 6: fetch(Int.random(in: 0..<3, using: &random))
        case 7: verifiers.append(Verifier(name: "pinned\(verifiers.count)", kind: .pinned, keys: [], seenAt: now))
        case 8: confirm(&random)
        case 9: lifetime = Int.random(in: 60...100_000, using: &random)
        case 10: revoke(&random)
        default: break
        }
        turn()
        issue()
    }

    private mutating func publish() {
        guard !keys.contains(where: { $0.state == .published }) else { return }
        let jwk = PrivateKey(generating: .eddsa).publicKey.jwk
        keys.append(StoredKey(jwk: jwk, state: .published, sealed: nil, publishedAt: now))
    }

    private var published: Set<String> { Set(keys.filter(\.verifies).map(\.id)) }

    private mutating func fetch(_ number: Int) {
        let name = "client\(number)"
        verifiers.removeAll { $0.name == name }
        verifiers.append(Verifier(name: name, kind: .fetches, keys: published, seenAt: now))
    }

    private mutating func confirm(_ random: inout SeededGenerator) {
        guard let key = keys.last, let index = verifiers.firstIndex(where: { $0.kind == .pinned }) else { return }
        verifiers[index].keys.insert(key.id)
        _ = random.next()
    }

    private mutating func revoke(_ random: inout SeededGenerator) {
        guard let index = keys.indices.randomElement(using: &random), Bool.random(using: &random) else { return }
        keys[index].state = .revoked
    }

    private mutating func turn() {
        for index in keys.indices {
            switch KeyRule.next(keys[index], verifiers, circumstances) {
            case .stay, .wait: break
            case .sign:
                let key = keys[index]
                let isLate = now >= key.publishedAt.adding(seconds: 24 * 3_600)
                for verifier in verifiers where !verifier.keys.contains(key.id) {
                    let lives = verifier.kind == .pinned || verifier.seenAt.adding(seconds: 7 * 86_400) > now
                    if lives, verifier.kind == .pinned || !isLate {
                        faults.append("\(verifier.name) lacks the key that signs")
                    }
                }
                if now < key.publishedAt.adding(seconds: 300) { faults.append("signs before caches have expired") }
                for other in keys.indices where keys[other].state == .signing {
                    keys[other].state = .retired
                    keys[other].removeAfter = KeyRule.end(of: keys[other], circumstances)
                }
                keys[index].state = .signing
            case .remove:
                if let last = lastToken[keys[index].id], last >= now { faults.append("gone before its last token") }
                keys[index].state = .removed
            }
        }
    }

    private mutating func issue() {
        for index in keys.indices where keys[index].state == .signing {
            keys[index].longestLifetime = max(keys[index].longestLifetime, lifetime)
            let end = now.adding(seconds: lifetime)
            lastToken[keys[index].id] = max(lastToken[keys[index].id] ?? end, end)
        }
    }
}
