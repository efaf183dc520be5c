// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryHTTP
import OstiaryTestSupport
import Testing

@testable import OstiaryServer

/// `docs/api.md` is compared with the operations: `OSTIARY_WRITE_TABLES=1` writes it anew.
@Suite("Page of the API")
struct APIPageTests {
    private static let path = "docs/api.md"

    @Test("the page says of each operation what its value says")
    func current() throws {
        let page = try Page(Self.path)
        let made = try #require(APIPage.made(from: page.text), "the marks of the overview are missing")
        if environmentNumber("OSTIARY_WRITE_TABLES") == 1 {
            try Data(made.utf8).write(to: URL(filePath: "\(Page.root)/\(Self.path)"))
            return
        }
        let (present, due) = (lines(page.text), lines(made))
        for (line, other) in zip(present, due) where line != other {
            Issue.record("\(line)\nshould be\n\(other)\n\(Self.advice)")
            return
        }
        #expect(present.count == due.count, "\(Self.advice)")
    }

    private static let advice = "OSTIARY_WRITE_TABLES=1 writes the page anew"

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    @Test("each operation has an example and a link to more", arguments: APIPage.operations.map(APIPage.heading))
    func examples(_ heading: String) throws {
        let kept = try #require(
            APIPage.kept(of: heading, in: Page(Self.path).text),
            "its section needs a block ```console with an example, and after it a link to its feature")
        #expect(kept.contains("]("), "its feature has a page, or its section in another one")
    }
}

extension EndToEnd {
    /// The examples of `docs/api.md`, as they are written there.
    @Suite struct APIExamples {
        private let page: Page

        init() throws { page = try Page("docs/api.md") }

        @Test(
            "an example is answered as its section says",
            arguments: ["Requests", "Refusals"] + APIPage.operations.map(APIPage.heading))
        func examples(_ heading: String) throws {
            let server = try Self.sendsMail(heading) ? MailServer().process : ServerProcess()
            let reader = try Reader(port: server.port)
            let registration = try Transcript(#require(page.blocks("console", under: Self.registration).first))
            let login = try page.blocks("sh", under: "Examples")
            let superuser =
                "ostiary createsuperuser --email first@example.com --password-stdin --no-validation "
                + "--data-dir '\(server.dataDirectory)' <<< securepassword"
            let making = heading.contains(" /api/admin/") ? [superuser] : registration.steps.map(\.command)
            let data = "export OSTIARY_DATA_DIR='\(server.dataDirectory)'"
            let first = heading == Self.registration ? [] : making + login + [data]
            let examples = try page.blocks("console", under: heading)
            #expect(!examples.isEmpty)
            try reader.follow(examples, after: first)
        }

        private static let registration = "POST /api/register/"

        private static func sendsMail(_ heading: String) -> Bool {
            APIPage.operations.contains { $0.about.tag == .mail && APIPage.heading($0) == heading }
        }
    }
}
