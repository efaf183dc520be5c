// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryTestSupport
import Testing

@testable import OstiaryMail

@Suite("docs/features/mail-templates.md") struct TemplatePageTests {
    private let page: String

    init() {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }
        page = text(ofFile: "\(root)/docs/features/mail-templates.md")
    }

    @Test("it has a row for each mail and each value, and no other one")
    func rows() {
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { $0.split(separator: "`")[1] }
        let names = MailKind.allCases.map(\.rawValue) + MailValue.allCases.map { "{{\($0.rawValue)}}" }
        #expect(rows.map(String.init) == names)
    }

    @Test("its example is a template, and its error is the one that is told")
    func example() throws {
        let example = page.split(separator: "```\n")[1]
        _ = try MailTemplate(String(example), file: "x", kind: .reset, format: .text)
        let file = "/etc/ostiary/mail/reset.de.txt"
        let error = #expect(throws: MailTemplateError.self) {
            try MailTemplate("S\n\n{{lnk}}", file: file, kind: .reset, format: .text)
        }
        #expect(page.split(separator: "\n").joined(separator: " ").contains("`\(error?.description ?? "?")`"))
    }
}
