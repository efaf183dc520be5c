// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryMail

@Suite("One template") struct MailTemplateTests {
    private func template(
        _ source: String, _ kind: MailKind = .passwordChanged, _ format: MailTemplate.Format = .text
    ) throws -> MailTemplate {
        try MailTemplate(source, file: "x.txt", kind: kind, format: format)
    }

    private func body(
        _ source: String, _ format: MailTemplate.Format = .text, browser: String? = "Firefox on Linux",
        address: String? = "203.0.113.7", kind: MailKind = .passwordChanged
    ) throws -> String {
        let mail = try SampleMails.mail(kind, to: "o'neill&co@example.org", browser: browser, address: address)
        return try template(source, kind, format).render(MailValues(mail, site: "id.example.com")).body
    }

    @Test("the first line is the subject, and empty lines behind it are left out")
    func subject() throws {
        let mail = try SampleMails.mail(.passwordChanged)
        let (subject, body) = try template("\u{FEFF}Changed at {{site}}\r\n\r\n\r\nYes\r\n").render(
            MailValues(mail, site: "id.example.com"))
        #expect(subject == "Changed at id.example.com" && body == "Yes\n")
    }

    @Test("HTML escapes values, text does not")
    func escapes() throws {
        #expect(try body("S\n{{recipient}}") == "o'neill&co@example.org")
        #expect(try body("{{recipient}}", .html) == "o&#39;neill&amp;co@example.org")
        #expect(
            try body("S\n{{link}}", kind: .reset) == "https://id.example.com/account/reset/?token=a-b_c&x=1")
        #expect(
            try body("<a href=\"{{link}}\">", .html, kind: .reset)
                == "<a href=\"https://id.example.com/account/reset/?token=a-b_c&amp;x=1\">")
        #expect(MailTemplate.escaped("<\">\u{301}&'\"\u{338}") == "&lt;&quot;&gt;\u{301}&amp;&#39;&quot;\u{338}")
    }

    @Test(
        "sections stand if their value is known",
        arguments: [
            ("{{#browser}}with {{browser}}{{/browser}}", "with Firefox on Linux", ""),
            ("{{^browser}}unknown{{/browser}}", "", "unknown"),
            (
                "{{# browser }}a{{#address}}b{{/address}}{{/browser}}{{ time }}", "ab21 November 2026 at 08:19 UTC",
                "21 November 2026 at 08:19 UTC"
            ),
            ("a\n  {{#browser}}  \nb\n{{/browser}}\nc", "a\nb\nc", "a\nc"), ("a {{! no }}b", "a b", "a b"),
            ("a\n{{! two\nlines }}\nb", "a\nb", "a\nb"), ("{{#browser}}\na\n{{/browser}}", "a\n", ""),
            ("x{{#browser}}\na\n{{/browser}}y", "x\na\ny", "xy"), ("{ {a} } }}", "{ {a} } }}", "{ {a} } }}"),
        ])
    func sections(source: String, known: String, unknown: String) throws {
        #expect(try body("S\n" + source) == known)
        #expect(try body("S\n" + source, browser: nil, address: nil) == unknown)
    }

    @Test("a browser with other characters than letters, and no IP address, are unknown")
    func strangers() throws {
        for browser in ["evil.example.com", "", "Go-http-client", "a\r\nb", String(repeating: "a", count: 61)] {
            #expect(try body("S\n{{^browser}}none{{/browser}}{{browser}}", browser: browser) == "none")
        }
        #expect(try body("S\n{{^address}}none{{/address}}{{address}}", address: "evil.example.com") == "none")
    }

    @Test(
        "a mistake is told with its line",
        arguments: [
            ("", 1, "the first line is the subject"), ("\n\nx", 1, "the first line is the subject"),
            ("S {{recipient}}\n{{link}}", 1, "a subject can have no tag but {{site}}"),
            ("S {{link}}\n{{link}}", 1, "a subject can have no tag"), ("S\tx\n{{link}}", 1, "control character"),
            ("\(String(repeating: "s", count: 201))\n{{link}}", 1, "longer than 200 bytes"),
            ("S {{#browser}}x{{/browser}}\n{{link}}", 1, "a subject can have no tag"),
            ("S\n\na\n{{lnk}}", 4, "{{lnk}} is no value of reset; it has link, lifetime, site"),
            ("S\n{{code}}", 2, "{{code}} is no value of reset"), ("S\n{{}}", 2, "is no value"),
            ("S\n{{Link}}", 2, "is no value"), ("S\n{{link.x}}", 2, "is no value"), ("S\n{{.}}", 2, "is no value"),
            ("S\n\n\n{{{link}}}", 4, "write {{link}}"), ("S\n{{&link}}", 2, "write {{link}}"),
            ("S\n{{> x}}", 2, "partials"), ("S\n{{< x}}", 2, "partials"), ("S\n{{$ x}}", 2, "partials"),
            ("S\n{{=<% %>=}}", 2, "partials"), ("S\n{{#link}}{{link}}{{/link}}", 2, "only browser and address"),
            ("S\n{{#x}}{{/x}}", 2, "is no value"), ("S\n{{link}}\n{{#browser}}\n\n", 3, "is not ended"),
            ("S\n{{link}}{{/browser}}", 2, "is not open"), ("S\n{{#browser}}{{/address}}", 2, "is not open"),
            ("S\n{{link}\n}", 2, "a tag is not ended"), ("S\n{{{link}}", 2, "a tag is not ended"),
            ("S\n\n{{! x", 3, "a tag is not ended"),
            ("S\nx", nil, "{{link}} is missing"), ("S\n{{#browser}}{{link}}{{/browser}}", nil, "{{link}} is missing"),
            ("S\n{{! {{link}}", nil, "{{link}} is missing"),
            ("S\n\(String(repeating: "{{#browser}}", count: 5))", 2, "too many sections"),
        ] as [(String, Int?, String)])
    func mistakes(source: String, line: Int?, reason: String) throws {
        let error = #expect(throws: MailTemplateError.self) { try template(source, .reset) }
        #expect(error?.line == line && error?.file == "x.txt")
        #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("a code is as needed as a link")
    func code() throws {
        #expect(throws: MailTemplateError.self) { try template("S\n{{link}}", .login) }
        _ = try template("S\n{{link}} {{code}} {{lifetime}}", .login)
        #expect(throws: MailTemplateError.self) { try template("S\n{{lifetime}}", .newLogin) }
    }

    @Test(
        "lifetimes in words",
        arguments: [
            (1, "1 second", "1 Sekunde", "1 seconde"), (59, "59 seconds", "59 Sekunden", "59 secondes"),
            (60, "1 minute", "1 Minute", "1 minute"), (600, "10 minutes", "10 Minuten", "10 minutes"),
            (3_600, "1 hour", "1 Stunde", "1 heure"), (5_400, "90 minutes", "90 Minuten", "90 minutes"),
            (86_400, "24 hours", "24 Stunden", "24 heures"), (172_800, "2 days", "2 Tage", "2 jours"),
            (604_800, "7 days", "7 Tage", "7 jours"), (0, "0 seconds", "0 Sekunden", "0 secondes"),
            (-5, "0 seconds", "0 Sekunden", "0 secondes"), (129_600, "36 hours", "36 Stunden", "36 heures"),
        ])
    func lifetimes(seconds: Int, english: String, german: String, french: String) {
        #expect(MailLanguage.english.words(forSeconds: seconds) == english)
        #expect(MailLanguage.german.words(forSeconds: seconds) == german)
        #expect(MailLanguage.french.words(forSeconds: seconds) == french)
    }

    @Test("times and browsers in words")
    func words() {
        let time = Timestamp(seconds: 1_785_543_300)
        #expect(MailLanguage.english.words(for: time) == "1 August 2026 at 00:15 UTC")
        #expect(MailLanguage.german.words(for: time) == "1. August 2026 um 00:15 Uhr (UTC)")
        #expect(MailLanguage.french.words(for: time) == "1er août 2026 à 00:15 (UTC)")
        #expect(MailLanguage.german.words(forBrowser: "Firefox on Linux") == "Firefox unter Linux")
        #expect(MailLanguage.french.words(forBrowser: "Safari") == "Safari")
        for end in [Int64.min, .max] {
            #expect(!MailLanguage.french.words(for: Timestamp(microseconds: end)).isEmpty)
        }
    }
}
