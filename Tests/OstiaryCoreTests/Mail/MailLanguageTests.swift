// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite("The language of a mail") struct MailLanguageTests {
    @Test(
        "the first language of the greatest weight that there are messages in",
        arguments: [
            (nil, .english), ("", .english), ("de", .german), ("de-AT", .german), ("DE-at, en;q=0.5", .german),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", .french), ("es, pt", .english), ("es, de;q=0.1", .german),
            ("en;q=0.8, de;q=0.9", .german), ("de;q=0.5,fr;q=0.5", .german), ("de;q=0", .english),
            ("de;q=0.000, fr;q=0.001", .french), ("de;q=2, fr;q=0.1", .french), ("de;q=x", .english), ("*", .english),
            ("de;q=0.8 , fr ; q=1.0", .french), ("den", .english), ("d", .english), (",,;,-,de", .german),
            (String(repeating: "es,", count: 40) + "de", .english),
        ] as [(String?, MailLanguage)])
    func chosen(header: String?, language: MailLanguage) {
        #expect(MailLanguage(acceptLanguage: header) == language)
    }
}
