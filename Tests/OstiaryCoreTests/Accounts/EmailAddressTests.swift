// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

@testable import OstiaryCore

@Suite("E-mail addresses")
struct EmailAddressTests {
    @Test(
        "valid ones",
        arguments: [
            "first@example.com", "a@localhost", #""ab"@example.com"#, #""a\ b"@example.com"#, "a@[127.0.0.1]",
            "a@[2001:db8::1]", "a+tag@example.com", "a@xn--bcher-kva.example", "x!#$%&'*+-/=?^_`{|}~@example.com",
            "a@ex-ample.co", String(repeating: "a", count: 65) + "@example.com",
        ])
    func accept(_ text: String) { #expect(EmailAddress(text) != nil) }

    @Test(
        "invalid ones",
        arguments: [
            "", "@", "a@", "@b.com", "nope", "a@b@example.com", #""a b"@example.com"#, "a..b@example.com",
            "a b@example.com", ".a@example.com", "a.@example.com", "a@example", "a@-example.com", "a@example-.com",
            "a@example.c", "a@example.com-", "a@[127.0.0]", "a@[]", "nul\0@example.com", "mıke@example.com",
            "a@exämple.com", "\u{212A}@example.com", "a@example.com\n", "a\u{7F}@example.com", #""a\"@example.com"#,
            String(repeating: "a", count: 320) + "@example.com",
        ])
    func refuse(_ text: String) { #expect(EmailAddress(text) == nil) }

    @Test("the domain is lower-cased, the local part kept, the key folded")
    func normalise() {
        let address = EmailAddress("First.Last@EXAMPLE.Com")
        #expect(address?.text == "First.Last@example.com")
        #expect(address?.key == "first.last@example.com")
    }

    @Test("the key of a key is itself")
    func idempotent() {
        var generator = SeededGenerator(seed: 42)
        let alphabet = Array("aAzZ09.-_+@\"\\[]:ıſK ß\u{0}")
        var valid = 0
        for _ in 0..<100_000 {
            let text = String(
                (0..<Int.random(in: 1...12, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                })
            let candidate = Bool.random(using: &generator) ? text + "@example.com" : text
            guard let address = EmailAddress(candidate) else { continue }
            valid += 1
            #expect(EmailAddress(address.key)?.key == address.key)
            #expect(EmailAddress(address.text) == address)
        }
        #expect(valid > 1_000)
    }
}
