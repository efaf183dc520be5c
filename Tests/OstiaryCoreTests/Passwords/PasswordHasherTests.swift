// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite struct PasswordHasherTests {
    let cheap = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 16, passes: 1))

    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a hash of Django verifies, and no other password does", arguments: tabSeparated(DjangoHashes.good))
    func django(record: [String]) throws {
        let (password, encoded) = (record[0], record[1])
        #expect(try cheap.verify(bytes(password), against: encoded) == Verification(valid: true, needsRehash: true))
        let refused = Verification(valid: false, needsRehash: false)
        // HMAC pads a key of up to 64 bytes with zeros, so PBKDF2 and scrypt cannot tell a zero at the end.
        for other in [password + "x", "x" + password, password + " ", password.uppercased() + "é", "y"] {
            #expect(try cheap.verify(bytes(other), against: encoded) == refused)
        }
        if !password.isEmpty {
            #expect(try cheap.verify(Array(bytes(password).dropLast()) + [0x21], against: encoded) == refused)
        }
    }

    @Test(
        "hashes of Argon2d or of an old bcrypt, and an unusable password, fail closed",
        arguments: tabSeparated(DjangoHashes.refused).map { $0[0] })
    func refused(encoded: String) throws {
        #expect(EncodedPassword(encoded) == nil)
        #expect(try cheap.verify(bytes("Correct-horse-1"), against: encoded).valid == false)
        #expect(try cheap.verify(bytes(encoded), against: encoded).valid == false)
    }

    @Test func theDefaultIsWhatTheStandardAsksFor() throws {
        #expect(PasswordHasher().policy == .argon2id(Argon2Parameters(memoryKiB: 19456, passes: 2)))
        let encoded = try PasswordHasher().hash(bytes("Correct-horse-1"))
        #expect(encoded.hasPrefix("argon2$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(encoded.utf8.count == 103)
        #expect(
            try PasswordHasher().verify(bytes("Correct-horse-1"), against: encoded)
                == Verification(valid: true, needsRehash: false))
    }

    @Test(
        "a password counts in full: case, white space, NUL, length, form of normalisation",
        arguments: [
            ("secret", "Secret"), ("secret", "secret "), ("secret", " secret"), ("a\0b", "a\0c"), ("a", "a\0"),
            ("", "\0"),
            ("\u{e9}", "e\u{301}"), (String(repeating: "p", count: 200), String(repeating: "p", count: 199)),
        ])
    func exact(password: String, other: String) throws {
        let encoded = try cheap.hash(bytes(password))
        #expect(try cheap.verify(bytes(password), against: encoded).valid)
        #expect(try cheap.verify(bytes(other), against: encoded).valid == false)
    }

    @Test func aLongPasswordIsNoProblem() throws {
        let long = [UInt8](repeating: 0x70, count: 1 << 20)
        let encoded = try cheap.hash(long)
        #expect(try cheap.verify(long, against: encoded).valid)
        #expect(try cheap.verify(long.dropLast() + [0x71], against: encoded).valid == false)
    }

    @Test func saltsAreUnique() throws {
        let hashes = try (0..<1000).map { _ in try cheap.hash(bytes("same")) }
        #expect(Set(hashes).count == 1000)
        #expect(Set(hashes.compactMap { $0.split(separator: "$").dropFirst(4).first }).count == 1000)
    }

    @Test("the salt is the given randomness; too little of it is an error, not a weak hash")
    func randomness() throws {
        let fixed = PasswordHasher(cheap.policy) { [UInt8](repeating: 0, count: $0) }
        #expect(try fixed.hash(bytes("p")).contains("$AAAAAAAAAAAAAAAAAAAAAA$"))
        let short = PasswordHasher(cheap.policy) { [UInt8](repeating: 0, count: $0 - 1) }
        #expect(throws: PasswordHashingFailed()) { try short.hash(bytes("p")) }
    }

    @Test("any other cost asks for a new hash, but only after the right password")
    func rehash() throws {
        let password = bytes("Correct-horse-1")
        let encoded = try cheap.hash(password)
        for other in [Argon2Parameters(memoryKiB: 8, passes: 1), Argon2Parameters(memoryKiB: 16, passes: 2)] {
            let hasher = PasswordHasher(parameters: other)
            #expect(try hasher.verify(password, against: encoded) == Verification(valid: true, needsRehash: true))
            #expect(try hasher.verify([], against: encoded) == Verification(valid: false, needsRehash: false))
            let renewed = try hasher.hash(password)
            #expect(try hasher.verify(password, against: renewed) == Verification(valid: true, needsRehash: false))
        }
    }

    @Test(
        "impossible parameters are an error for everybody",
        arguments: [
            Argon2Parameters(memoryKiB: 7, passes: 1), Argon2Parameters(memoryKiB: -1, passes: 1),
            Argon2Parameters(memoryKiB: .max, passes: 1), Argon2Parameters(memoryKiB: 8, passes: 0),
            Argon2Parameters(memoryKiB: 8, passes: .max), Argon2Parameters(memoryKiB: 8, passes: .min),
        ])
    func impossible(parameters: Argon2Parameters) throws {
        let hasher = PasswordHasher(parameters: parameters)
        #expect(throws: PasswordHashingFailed()) { try hasher.hash([]) }
        #expect(throws: PasswordHashingFailed()) { try hasher.verifyNothing([]) }
    }

    @Test(
        "a row that no password matches costs a hash with the current parameters, or fails as one would",
        arguments: [
            "", "!", "!usable", "plain", "bcrypt$$2b$12$x", "argon2$argon2id$v=19$m=999999999,t=2,p=1$x$y",
            "pbkdf2_sha256$99999999$salt$hash", "scrypt$3$salt$8$1$hash", "md5$salt$hash",
        ])
    func equalCost(useless: String) throws {
        #expect(try cheap.verify(bytes("p"), against: useless) == Verification(valid: false, needsRehash: false))
        let impossible = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 1, passes: 1))
        #expect(throws: PasswordHashingFailed()) { try impossible.verify(bytes("p"), against: useless) }
    }
}
