// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryMail
import Testing

@testable import OstiaryServer

@Suite("The configuration of mail")
struct MailConfigurationTests {
    private static let whole: [ConfigurationKey: String] = [
        .mailURL: "smtps://ostiary:secret-word@mail.example.com", .mailFrom: "Example <no-reply@example.com>",
        .publicURL: "https://id.example.com", .corsOrigin: "https://app.example.com",
    ]

    private func problems(_ more: [ConfigurationKey: String?]) -> String? {
        var flags = Self.whole
        for (key, value) in more { flags[key] = value }
        do {
            _ = try ServerConfiguration(flags: flags, environment: [:])
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("a whole one is read, and links may lead to an application")
    func whole() throws {
        let flags = Self.whole.merging([.linkReset: "https://app.example.com/reset#{token}"]) { $1 }
        let mail = try #require(try ServerConfiguration(flags: flags, environment: [:]).mail)
        #expect(mail.sender.address.text == "no-reply@example.com")
        #expect(mail.links == [.reset: "https://app.example.com/reset#{token}"])
        #expect(!"\(mail)".contains("secret-word"))
        #expect(try ServerConfiguration(flags: [:], environment: [:]).mail == nil)
    }

    @Test(
        "what is missing or wrong is told, without the password",
        arguments: [
            ([.mailFrom: nil], "mail-url needs mail-from"), ([.publicURL: nil], "mail-url needs public-url"),
            ([.mailFrom: "nobody"], "mail-from"), ([.mailURL: "smtp:/x:secret-word@y"], "mail-url"),
            ([.mailURL: "console:", .host: "0.0.0.0"], "console:"),
        ] as [([ConfigurationKey: String?], String)])
    func wrong(_ more: [ConfigurationKey: String?], _ expected: String) throws {
        let told = try #require(problems(more))
        #expect(told.contains(expected) && !told.contains("secret-word"), "\(told)")
    }

    @Test(
        "a link leads to this server or an allowed origin, and has the token once",
        arguments: [
            ("https://id.example.com/reset?t={token}", true), ("https://app.example.com/#{token}", true),
            ("https://evil.example.com/#{token}", false), ("http://app.example.com/#{token}", false),
            ("https://app.example.com/reset", false), ("https://app.example.com/{token}/{token}", false),
            ("https://app.example.com{token}", false), ("https://{token}.example.com/", false),
            ("https://app.example.com.evil.example/{token}", false),
            ("https://app.example.com@evil.example/{token}", false),
            ("/reset#{token}", false), ("https://app.example.com/a b#{token}", false),
        ])
    func links(_ target: String, _ isValid: Bool) {
        #expect((problems([.linkReset: target]) == nil) == isValid, "\(target)")
    }
}
