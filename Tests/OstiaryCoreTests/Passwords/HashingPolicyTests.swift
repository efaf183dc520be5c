// SPDX-License-Identifier: Apache-2.0

import Crypto
import Testing

@testable import OstiaryCore

/// Hashes in the form of a Django that reads them, too.
@Suite struct HashingPolicyTests {
    private let django = PasswordHasher(.pbkdf2(rounds: 3))

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(
        "the texts of a policy",
        arguments: [
            ("argon2id", HashingPolicy.argon2id(.recommended)), ("pbkdf2_sha256:1", .pbkdf2(rounds: 1)),
            ("pbkdf2_sha256:1000000", .pbkdf2(rounds: 1_000_000)),
            ("pbkdf2_sha256:10000000", .pbkdf2(rounds: 10_000_000)),
        ])
    func texts(text: String, policy: HashingPolicy) {
        #expect(HashingPolicy(text) == policy)
        #expect(policy.description == text)
    }

    @Test(
        "no other text is a policy",
        arguments: [
            "", "argon2", "Argon2id", "argon2id:3", "pbkdf2_sha256", "pbkdf2_sha256:", "pbkdf2_sha256:0",
            "pbkdf2_sha256:-1", "pbkdf2_sha256:+1", "pbkdf2_sha256:01", "pbkdf2_sha256:10000001", "pbkdf2_sha256: 1",
            "pbkdf2_sha256:1 ", "pbkdf2_sha256:1e6", "pbkdf2_sha256:99999999999999999999", "pbkdf2_sha1:1000",
            "PBKDF2_sha256:1000", "pbkdf2_sha256$1000", "pbkdf2_sha256:١",
        ])
    func noTexts(text: String) { #expect(HashingPolicy(text) == nil) }

    @Test("a hash has Django's form: 22 letters and digits of salt, 44 characters of base64")
    func form() throws {
        let encoded = try django.hash(bytes("Correct-horse-1"))
        #expect(encoded.wholeMatch(of: /pbkdf2_sha256\$3\$[A-Za-z0-9]{22}\$[A-Za-z0-9+\/]{43}=/) != nil, "\(encoded)")
        #expect("pbkdf2_sha256$10000000$".utf8.count + 22 + 1 + 44 <= EncodedPassword.maximumLength)
    }

    @Test("a hash is that of RFC 8018, computed by hand")
    func known() throws {
        let (password, salt) = (bytes("Correct-horse-1"), String(repeating: "s", count: 22))
        for rounds in [1, 2, 7] {
            let hasher = PasswordHasher(.pbkdf2(rounds: rounds))
            let right = encoded(password, salt: salt, rounds: rounds)
            #expect(try hasher.verify(password, against: right) == Verification(valid: true, needsRehash: false))
            let made = try hasher.hash(password)
            let drawn = String(try #require(made.split(separator: "$").dropFirst(2).first))
            #expect(made == encoded(password, salt: drawn, rounds: rounds))
        }
    }

    /// PBKDF2 of one block (RFC 8018 §5.2) by HMAC alone.
    private func encoded(_ password: [UInt8], salt: String, rounds: Int = 3) -> String {
        let key = SymmetricKey(data: password)
        var last = Array(HMAC<SHA256>.authenticationCode(for: bytes(salt) + [0, 0, 0, 1], using: key))
        var hash = last
        for _ in 1..<max(rounds, 1) {
            last = Array(HMAC<SHA256>.authenticationCode(for: last, using: key))
            for index in hash.indices { hash[index] ^= last[index] }
        }
        return "pbkdf2_sha256$\(rounds)$\(salt)$\(Sodium.base64(hash))="
    }

    @Test("each of the 62 characters of a salt occurs, about as often as any other")
    func alphabet() {
        var counts: [UInt8: Int] = [:]
        let salts = 6_200
        for _ in 0..<salts {
            let salt = PasswordSalt.make(random: { SecureRandom.bytes($0) })
            #expect(salt.count == 22)
            for byte in salt { counts[byte, default: 0] += 1 }
        }
        let alphabet = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)
        #expect(Set(counts.keys) == alphabet)
        // 2,200 on the average. The first eight characters would have 5/4 of the others' share without the rejection of
        // the last bytes; 12 standard deviations of a binomial count are 560.
        #expect(counts.values.allSatisfy { (1_640...2_760).contains($0) }, "\(counts)")
    }

    @Test("bytes without a fair character are drawn again, and none twice")
    func rejection() {
        var draws = 0
        let salt = PasswordSalt.make { count in
            draws += 1
            // 248 and above are four times no character.
            return (0..<count).map { draws == 1 ? ($0.isMultiple(of: 2) ? 255 : 248) : UInt8($0) }
        }
        #expect(draws == 2)
        #expect(String(decoding: salt, as: UTF8.self) == "abcdefghijklmnopqrstuv")
    }

    @Test("a hash as this Django writes it is never made anew")
    func current() throws {
        let password = bytes("Correct-horse-1")
        let encoded = try django.hash(password)
        #expect(try django.verify(password, against: encoded) == Verification(valid: true, needsRehash: false))
        for _ in 0..<3 {
            #expect(try !django.verify(password, against: try django.hash(password)).needsRehash)
        }
    }

    @Test("another scheme, other rounds up and down, and a short salt ask for a new hash")
    func outdated() throws {
        let password = bytes("Correct-horse-1")
        for rounds in [1, 2, 4, 5_000] {
            let other = try PasswordHasher(.pbkdf2(rounds: rounds)).hash(password)
            #expect(try django.verify(password, against: other) == Verification(valid: true, needsRehash: true))
            #expect(
                try django.verify(password + [0x21], against: other) == Verification(valid: false, needsRehash: false))
        }
        let argon2 = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 16, passes: 1))
        #expect(try django.verify(password, against: argon2.hash(password)).needsRehash)
        #expect(try argon2.verify(password, against: django.hash(password)).needsRehash)
        for (length, needsRehash) in [(1, true), (21, true), (22, false), (23, false)] {
            let salt = String(repeating: "s", count: length)
            #expect(
                try django.verify(password, against: encoded(password, salt: salt))
                    == Verification(valid: true, needsRehash: needsRehash), "\(length)")
        }
    }

    @Test("a hash is made of the text as it was sent, as Django does")
    func asSent() async throws {
        let passwords = Passwords(hasher: django, threads: 1)
        let (composed, decomposed) = ("caf\u{e9}-Correct-1", "cafe\u{301}-Correct-1")
        let encoded = try await passwords.hash(decomposed)
        #expect(try django.verify(bytes(decomposed), against: encoded).valid)
        #expect(try !django.verify(bytes(composed), against: encoded).valid)
        #expect(
            try await passwords.verify(decomposed, against: encoded) == Verification(valid: true, needsRehash: false))
        // A hash that Django has made of the composed form is current, too.
        let other = try django.hash(bytes(composed))
        for text in [composed, decomposed] {
            #expect(try await passwords.verify(text, against: other) == Verification(valid: true, needsRehash: false))
        }
        let own = Passwords(hasher: PasswordHasher(parameters: Argon2Parameters(memoryKiB: 16, passes: 1)), threads: 1)
        let normalized = try await own.hash(decomposed)
        #expect(
            try PasswordHasher(parameters: Argon2Parameters(memoryKiB: 16, passes: 1))
                .verify(bytes(composed), against: normalized).valid)
        for each in [passwords, own] { await Task.detached { each.close() }.value }
    }

    @Test(
        "the decoy of unknown accounts has the scheme, the rounds and the salt of a new hash",
        arguments: [1, 3, 870_000])
    func decoy(rounds: Int) throws {
        let hasher = PasswordHasher(.pbkdf2(rounds: rounds))
        let decoy = try #require(EncodedPassword(hasher.decoy))
        guard case .pbkdf2(.sha256, let found, let salt, let hash) = decoy.scheme else {
            Issue.record("\(decoy.scheme)")
            return
        }
        #expect(found == rounds)
        #expect(salt.count == PasswordSalt.length)
        #expect(hash.count == 32)
        let own = try #require(EncodedPassword(PasswordHasher().decoy))
        guard case .argon2id(let cost, _, _) = own.scheme else {
            Issue.record("\(own.scheme)")
            return
        }
        #expect(cost == .recommended)
    }

    @Test(
        "a row that no password matches costs a hash of the policy",
        arguments: ["", "!", "!" + String(repeating: "x", count: 40), "bcrypt$", String(repeating: "p", count: 128)])
    func useless(encoded: String) throws {
        #expect(EncodedPassword(encoded) == nil)
        #expect(try django.verify(bytes("p"), against: encoded) == Verification(valid: false, needsRehash: false))
        // The cost is that of the decoy: rounds beyond the limit make it impossible.
        let impossible = PasswordHasher(.pbkdf2(rounds: 10_000_001))
        #expect(throws: PasswordHashingFailed()) { try impossible.verify(bytes("p"), against: encoded) }
        #expect(throws: PasswordHashingFailed()) { try impossible.verifyNothing(bytes("p")) }
    }
}
