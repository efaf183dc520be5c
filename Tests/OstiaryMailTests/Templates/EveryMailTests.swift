// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("Every mail in every language, read by others", .onItsOwnThread) struct EveryMailTests {
    private struct Reading: Decodable {
        let file, name, sender, recipient, subject, date, id, language, automatic, text, html, lang, words: String
        let problems: [String]
        let links: [String]
    }

    @Test("Python's mail and html5lib find in it what was written, and no fault")
    func read() async throws {
        let directory = try TemporaryDirectory()
        let (templates, site) = (try MailTemplates(), "id.example.com")
        let link = "https://id.example.com/account/?token=\(String(repeating: "aB3_-", count: 20))&a=<\"'>"
        let mailer = try Mailer(
            MailURL("file:\(directory.path)"), from: MailSender("Türsteher & Söhne <no-reply@example.com>"),
            templates: templates, site: site)
        var expected: [String: (mail: Mail, content: MailContent)] = [:]
        for (number, kind) in MailKind.allCases.enumerated() {
            for language in MailLanguage.allCases {
                let id = "m\(number)\(language.rawValue)"
                let mail = try SampleMails.mail(
                    kind, to: "o'neill+x@example.org", language: language, link: link, id: id)
                expected["\(id).eml"] = (mail, templates.content(of: mail, site: site))
                try await mailer.send(mail)
            }
        }
        await mailer.close()
        let lines = try MailPython.run("reader", directory.path)
        #expect(lines.count == 30)
        for line in lines {
            let reading = try JSONDecoder().decode(Reading.self, from: Data(line.utf8))
            let (mail, content) = try #require(expected[reading.file])
            #expect(reading.problems == [], "\(reading.file)")
            #expect(reading.name == "Türsteher & Söhne" && reading.sender == "no-reply@example.com")
            #expect(reading.recipient == mail.recipient.text && reading.subject == content.subject)
            #expect(reading.date == "2026-11-21T08:19:00+00:00" && reading.id == "<\(mail.id)@example.com>")
            #expect(reading.language == mail.language.rawValue && reading.lang == mail.language.rawValue)
            #expect(reading.automatic == "auto-generated")
            #expect(reading.text == content.text && reading.html == content.html)
            #expect(reading.links == (mail.kind.hasLink ? [link, link] : []), "the button and its text")
            #expect(!mail.kind.hasCode || reading.words.contains("123456"))
            // All that the text says, the HTML says too.
            let paragraphs = content.text.split(separator: "\n\n").map { $0.filter { $0 != "\n" } }
            for paragraph in paragraphs { #expect(reading.words.contains(paragraph), "\(reading.file): \(paragraph)") }
        }
    }
}
