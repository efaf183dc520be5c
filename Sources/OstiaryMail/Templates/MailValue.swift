// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The values that a template can name. The raw value is the name.
enum MailValue: String, Sendable, CaseIterable {
    case link, code, lifetime, site, recipient, time, browser, address

    /// True for a value that may be unknown, around which a section can stand.
    var isOptional: Bool { self == .browser || self == .address }

    /// True for a value that is of no use in the wrong hands, so that it stands in no subject, which mail servers log.
    var isSecret: Bool { self == .link || self == .code }

    /// True if messages of the kind have the value.
    func exists(in kind: MailKind) -> Bool {
        switch self {
        case .link: kind.hasLink
        case .code: kind.hasCode
        case .lifetime: kind.hasLink || kind.hasCode
        case .site, .recipient, .time, .browser, .address: true
        }
    }

    /// True if a message of the kind is of no use without the value.
    func isNeeded(in kind: MailKind) -> Bool { isSecret && exists(in: kind) }
}

/// The values of one message, in the words of its language.
struct MailValues {
    private var texts: [MailValue: String] = [:]

    /// - Parameters:
    ///   - mail: the message.
    ///   - site: the host under which people know the server.
    init(_ mail: Mail, site: String) {
        let language = mail.language
        texts[.link] = mail.link
        texts[.code] = mail.code
        texts[.lifetime] = mail.lifetime.map(language.words(forSeconds:))
        texts[.site] = site
        texts[.recipient] = mail.recipient.text
        texts[.time] = language.words(for: mail.event.at)
        texts[.browser] = mail.event.browser.flatMap(Self.known).map(language.words(forBrowser:))
        texts[.address] = mail.event.address.flatMap(IPAddress.init)?.description
    }

    subscript(value: MailValue) -> String? { texts[value] }

    /// The name of a browser if it is made of letters and blanks: with a dot, mail programs would make a link of it.
    private static func known(_ browser: String) -> String? {
        let isPlain = browser.utf8.allSatisfy { $0.isASCIILetter || $0 == UInt8(ascii: " ") }
        return isPlain && (1...60).contains(browser.utf8.count) ? browser : nil
    }
}
