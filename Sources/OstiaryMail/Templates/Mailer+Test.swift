// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

extension Mailer {
    /// Sends a message that says that mail works.
    /// - Parameters:
    ///   - id: the unique part of its `Message-ID`, letters and digits.
    ///   - date: its `Date`.
    /// - Throws: ``MailFailure``.
    package func sendTest(to recipient: EmailAddress, id: String, date: Timestamp) async throws(MailFailure) {
        let words = "This is a test of the mail of \(site). If you can read it, messages leave the server."
        let content = MailContent(
            subject: "Test of mail from \(site)", text: words + "\n",
            html: "<!doctype html><html lang=\"en\"><title>Test</title><p>\(words)</p></html>\n")
        // The kind names the words of templates, which this message has not.
        let mail = Mail(
            .passwordChanged, to: recipient, language: .english, event: Mail.Event(at: date), id: id, date: date)
        let message: MailMessage
        do throws(MailMessageError) { message = try MailMessage(mail, from: sender, content: content) } catch {
            throw MailFailure(.refused, step: "message", reason: error.description)
        }
        try await transport.send(message)
    }
}

extension MailTemplates {
    /// The words of a message with values of an example.
    package func preview(_ kind: MailKind, in language: MailLanguage) -> MailContent {
        let now = Timestamp.now()
        let recipient = EmailAddress("ada@example.com")
        guard let recipient else { return MailContent(subject: "", text: "", html: "") }
        let mail = Mail(
            kind, to: recipient, language: language,
            link: kind.hasLink ? "https://id.example.com/account/?token=q8yP0vJt3mZ5sYw2n7Xk1A" : nil,
            code: kind.hasCode ? "042817" : nil, lifetime: kind.hasLink ? 3_600 : nil,
            event: Mail.Event(at: now, browser: "Firefox on Linux", address: "192.0.2.1"), id: "preview", date: now)
        return content(of: mail, site: "id.example.com")
    }
}
