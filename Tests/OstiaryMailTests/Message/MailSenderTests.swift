// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryMail
import Testing

@Suite("--mail-from") struct MailSenderTests {
    @Test(
        "an address, alone or behind a name",
        arguments: [
            ("a@example.com", nil, "a@example.com"), ("<a@example.com>", nil, "a@example.com"),
            ("Ostiary <a@EXAMPLE.com>", "Ostiary", "a@example.com"),
            (" Müller & Söhne  <a@example.com> ", "Müller & Söhne", "a@example.com"),
            (#""Doe, \"Ann\" \\ Co" <a@example.com>"#, #"Doe, "Ann" \ Co"#, "a@example.com"),
            ("a <b> <a@example.com>", "a <b>", "a@example.com"),
        ] as [(String, String?, String)])
    func read(text: String, name: String?, address: String) throws {
        let sender = try MailSender(text)
        #expect(sender.name == name && sender.address.text == address)
        #expect(try MailSender("\(sender)").address == sender.address)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "Ann", "a@", "<>", "Ann <a@example.com", "Ann a@example.com", "Ann <a@example.com> x",
            "Ann\r\nBcc: b@example.com <a@example.com>", "Ann\n <a@example.com>", "A\0nn <a@example.com>",
            "Ann <a@example.com\r\nBcc: x>", "\"a\u{1}\"@example.com", "\(String(repeating: "a", count: 129)) <a@b.de>",
        ])
    func refused(text: String) {
        #expect(throws: MailSenderError.self) { try MailSender(text) }
    }
}
