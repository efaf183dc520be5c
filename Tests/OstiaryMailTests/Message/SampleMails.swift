// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

@testable import OstiaryMail

/// Mails and messages for tests.
enum SampleMails {
    static let date = Timestamp(seconds: 1_795_249_140)

    static func mail(
        _ kind: MailKind, to recipient: String = "ann@example.org", language: MailLanguage = .english,
        link: String = "https://id.example.com/account/reset/?token=a-b_c&x=1", browser: String? = "Firefox on Linux",
        address: String? = "203.0.113.7", id: String = "a1"
    ) throws -> Mail {
        guard let recipient = EmailAddress(recipient) else { throw MailMessageError.invalidAddress }
        return Mail(
            kind, to: recipient, language: language, link: kind.hasLink ? link : nil,
            code: kind.hasCode ? "123456" : nil, lifetime: kind.hasLink ? 3_600 : nil,
            event: Mail.Event(at: date, browser: browser, address: address), id: id, date: date)
    }

    /// A message with a text of the test's own.
    static func message(
        _ text: String = "Hello.\n", subject: String = "Hello", from: String = "ostiary@example.com",
        to recipient: String = "ann@example.org", id: String = "a1"
    ) throws -> MailMessage {
        try MailMessage(
            mail(.reset, to: recipient, id: id), from: MailSender(from),
            content: MailContent(subject: subject, text: text, html: "<p>Hello.</p>\n"))
    }
}
