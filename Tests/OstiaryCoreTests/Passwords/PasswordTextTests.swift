// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite struct PasswordTextTests {
    private let passwords = Passwords(hasher: PasswordHasher(parameters: .cheap), threads: 1)

    @Test(
        "a password of two spellings is the same password, whichever was registered",
        arguments: [
            ("p\u{E4}ssword", "pa\u{308}ssword"),
            ("\u{D55C}\u{AD6D}\u{C5B4}", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165}"),
            ("\u{1E69}pecial", "s\u{307}\u{323}pecial"), ("\u{1E69}pecial", "\u{1E61}\u{323}pecial"),
            ("\u{212B}ngstr\u{F6}m", "A\u{30A}ngstro\u{308}m"),
        ])
    func spellings(_ composed: String, _ decomposed: String) async throws {
        #expect(Array(composed.utf8) != Array(decomposed.utf8))
        for made in [composed, decomposed] {
            let encoded = try await passwords.hash(made)
            for typed in [composed, decomposed] {
                #expect(
                    try await passwords.verify(typed, against: encoded) == Verification(valid: true, needsRehash: false)
                )
            }
            #expect(try await passwords.verify(decomposed + "x", against: encoded).valid == false)
        }
    }

    @Test("a hash of what was typed, from before or of another program, still verifies and is renewed")
    func asSent() async throws {
        let typed = "pa\u{308}ssword"
        let old = try PasswordHasher(parameters: .cheap).hash(Array(typed.utf8))
        #expect(try await passwords.verify(typed, against: old) == Verification(valid: true, needsRehash: true))
        #expect(try await passwords.verify("p\u{E4}ssword", against: old).valid == false)
    }

    @Test("what Unicode does not call the same text is another password")
    func others() async throws {
        for (one, other) in [
            ("\u{FB01}sh password", "fish password"), ("Password1", "password1"), (" password", "password"),
            ("\u{FF41}password", "apassword"),
        ] {
            #expect(try await passwords.verify(other, against: passwords.hash(one)).valid == false, "\(one)")
        }
    }

    @Test("ASCII and texts too long for a password are taken as they are")
    func bounds() {
        #expect(PasswordText("password").asSent == nil)
        #expect(PasswordText(String(repeating: "a\u{308}", count: 128)).asSent != nil)
        #expect(PasswordText(String(repeating: "a\u{323}\u{308}", count: 20_000)).asSent == nil)
    }
}
