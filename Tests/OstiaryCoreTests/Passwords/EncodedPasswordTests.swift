// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite struct EncodedPasswordTests {
    static let salt = "c2l4dGVlbiBieXRlIGJveA"
    static let hash32 = "bXNMiNOVGD/eKVY8M6RRielXYHlNnPcl54ESFBqE5YE"
    static let hash20 = "h1LUiZrQBbhLlLeRghMjw4Xy3WI="
    static let hash64 = String(repeating: "A", count: 86) + "=="

    @Test(
        "the defaults of every Django so far pass, and the limits themselves",
        arguments: [
            "argon2$argon2id$v=19$m=102400,t=2,p=8$\(salt)$\(hash32)",
            "argon2$argon2i$v=19$m=512,t=2,p=2$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=262144,t=10,p=16$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=8,t=1,p=1$\(salt)$\(hash32)",
            "pbkdf2_sha256$1500000$salt$\(hash32)=", "pbkdf2_sha256$10000000$salt$\(hash32)=",
            "pbkdf2_sha1$1$s$\(hash20)",
            "scrypt$16384$salt$8$1$\(hash64)", "scrypt$16384$salt$8$5$\(hash64)", "scrypt$262144$salt$8$2$\(hash64)",
            "scrypt$2$salt$1$16$\(hash64)", "scrypt$32768$salt$8$16$\(hash64)",
            "scrypt$32768$salt$64$1$\(hash64)",
        ])
    func accepted(text: String) {
        #expect(EncodedPassword(text) != nil)
    }

    @Test(
        "beyond a limit, or not exactly in its form",
        arguments: [
            "argon2$argon2id$v=19$m=262145,t=2,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=8,t=11,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=4096,t=1,p=17$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=63,t=1,p=8$\(salt)$\(hash32)",
            "argon2$argon2id$v=16$m=64,t=1,p=1$\(salt)$\(hash32)", "argon2$argon2id$m=64,t=1,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=064,t=1,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=+64,t=1,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$t=1,m=64,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=64,t=1,p=1,x=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=64,t=0,p=1$\(salt)$\(hash32)",
            "argon2$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(hash32)=",
            "argon2$argon2id$v=19$m=64,t=1,p=1$\(salt)$AAAA", "argon2$argon2id$v=19$m=64,t=1,p=1$AAAA$\(hash32)",
            "argon2$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(hash32)$", "argon2$argon2id$v=19$m=64,t=1,p=1$\(salt)$",
            "argon2$argon2id$v=19$m=18446744073709551680,t=1,p=1$\(salt)$\(hash32)", "argon2$", "argon2", "$", "",
            "argon2$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbiBieXRlIGJveB$\(hash32)",  // an unused bit is set
            "pbkdf2_sha256$10000001$salt$\(hash32)=", "pbkdf2_sha256$0$salt$\(hash32)=",
            "pbkdf2_sha256$-1$salt$\(hash32)=",
            "pbkdf2_sha256$1$$\(hash32)=", "pbkdf2_sha256$1$salt$\(hash32)", "pbkdf2_sha256$1$salt$\(hash20)",
            "pbkdf2_sha1$1$salt$\(hash32)=", "pbkdf2_sha256$1$salt$", "pbkdf2_sha256$01$salt$\(hash32)=",
            "pbkdf2_sha256$٣$salt$\(hash32)=", "pbkdf2_sha256$1$sa$lt$\(hash32)=", "pbkdf2_md5$1$salt$\(hash32)=",
            "scrypt$16383$salt$8$1$\(hash64)", "scrypt$1$salt$8$1$\(hash64)", "scrypt$0$salt$8$1$\(hash64)",
            "scrypt$524288$salt$8$1$\(hash64)", "scrypt$2$salt$65$1$\(hash64)", "scrypt$16384$salt$8$17$\(hash64)",
            "scrypt$262144$salt$8$3$\(hash64)", "scrypt$8589934592$salt$9999999999$16$\(hash64)",
            "scrypt$16384$salt$0$1$\(hash64)", "scrypt$16384$$8$1$\(hash64)", "scrypt$16384$salt$8$1$\(hash32)=",
            "pbkdf2_sha256$1$\(String(repeating: "s", count: 70))$\(hash32)=",  // 129 code points
            "!", "!\(String(repeating: "a", count: 40))", "md5$salt$0123456789abcdef0123456789abcdef", "plain text",
        ])
    func refused(text: String) {
        #expect(EncodedPassword(text) == nil)
    }

    @Test func aDescriptionKeepsTheHash() throws {
        let encoded = try #require(EncodedPassword("argon2$argon2id$v=19$m=64,t=1,p=1$\(Self.salt)$\(Self.hash32)"))
        #expect("\(encoded)" == "EncodedPassword")
    }

    @Test("a damaged hash neither traps nor verifies")
    func mutations() throws {
        let hasher = PasswordHasher(parameters: Argon2Parameters(memoryKiB: 8, passes: 1))
        let alphabet = Array("$=,!./+A0z9mtp-é\0٣\u{301}\n ".unicodeScalars)
        var generator = SeededGenerator(seed: 20)
        let cheap = tabSeparated(DjangoHashes.good).filter { $0[0] != "Correct-horse-1" }
        for _ in 0..<4000 {
            guard let record = cheap.randomElement(using: &generator) else { continue }
            var scalars = Array(record[1].unicodeScalars)
            for _ in 0...Int.random(in: 0...2, using: &generator) where !scalars.isEmpty {
                let index = Int.random(in: 0..<scalars.count, using: &generator)
                let other = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: scalars[index] = other
                case 1: scalars.insert(other, at: index)
                case 2: scalars.remove(at: index)
                case 3: scalars.removeSubrange(index...)
                default: scalars.swapAt(index, scalars.count - 1 - index)
                }
            }
            let text = String(String.UnicodeScalarView(scalars))
            guard !text.unicodeScalars.elementsEqual(record[1].unicodeScalars), Self.isCheap(text),
                Self.spelled(text) != Self.spelled(record[1])
            else { continue }
            let valid = try hasher.verify(Array(record[0].utf8), against: text).valid
            #expect(!valid, "\(text.debugDescription)")
        }
    }

    private static func spelled(_ text: some StringProtocol) -> String {
        String(text).replacing("$2a$", with: "$2b$").replacing("$2y$", with: "$2b$")
    }

    /// A damaged cost may still be allowed, but thousands of them would take minutes.
    private static func isCheap(_ text: String) -> Bool {
        switch EncodedPassword(text)?.scheme {
        case .pbkdf2(_, let rounds, _, _): rounds < 1000
        case .argon2id(let cost, _, _): cost.memoryKiB < 10_000
        case .scrypt(let cost, _, _): cost.workFactor * cost.blockSize * cost.parallelism < 10_000
        // `$2a$`, `$2b$` and `$2y$` are names of the same function.
        case .bcrypt(let hash, _): hash.hasPrefix("$2b$04$")
        case .argon2, nil: true
        }
    }
}
