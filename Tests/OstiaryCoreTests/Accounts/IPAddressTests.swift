// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite("Addresses")
struct IPAddressTests {
    @Test(
        "each address has one spelling, and what has another is none",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("2001:DB8::0:1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("192.0.2.01", nil), ("0300.0.2.1", nil), ("00.0.0.0", nil),
            ("192.0.2", nil), ("192.0.2.256", nil), ("192.0.2.1 ", nil), ("0xC0.0.2.1", nil), ("fe80::1%eth0", nil),
            ("", nil), ("١٩٢.0.2.1", nil),
        ] as [(String, String?)])
    func spelling(text: String, canonical: String?) {
        #expect(IPAddress(text)?.description == canonical)
    }
}
