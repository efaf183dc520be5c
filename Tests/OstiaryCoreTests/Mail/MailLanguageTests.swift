// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite struct MailLanguageTests {
    @Test(
        "the language is the most wanted one that there are messages in",
        arguments: [
            (nil, "en"), ("", "en"), ("de", "de"), ("de-AT", "de"), ("DE-ch, fr;q=0.9", "de"),
            ("fr;q=0.5, de;q=0.7", "de"),
            ("es, fr;q=0.1", "fr"), ("*", "en"), ("de;q=0", "en"), ("de;q=x, fr;q=0.2", "fr"), ("de;q=1.0", "de"),
            ("fr;q=0.9999", "en"), ("ja,zh", "en"), (" de ; q=0.3 , en;q=0.2", "de"),
        ] as [(String?, String)])
    func language(_ header: String?, _ expected: String) {
        #expect(MailLanguage(acceptLanguage: header).rawValue == expected)
    }

    @Test("a long header costs no more than its beginning")
    func long() {
        let header = String(repeating: "xx,", count: 40) + "de"
        #expect(MailLanguage(acceptLanguage: header) == .english)
    }
}
