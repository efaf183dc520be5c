// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// The programs of the guides for applications, as they are written there.
    @Suite struct ApplicationGuides {
        @Test("a single-page application: its code runs in a browser, from an origin that the server was told")
        func singlePage() throws {
            let page = try Page("docs/guides/single-page-application.md")
            let site = try BrowserPage()
            #expect(page.blocks("sh").count == 2, "each is run")
            let start = try #require(page.blocks("sh", under: "Allow your origin").first)
            let here = start.replacing("http://localhost:3000", with: site.origin)
            let words = here.split { $0.isWhitespace }.map(String.init)
            #expect(words.starts(with: ["ostiary", "serve", "--cors-origin", site.origin]))
            let server = try ServerProcess(Array(words.dropFirst(2)))
            let reader = try Reader(port: server.port, in: site.folder)
            for client in ["session.mjs", "tab-storage.mjs"] { try reader.copy(client: client) }
            let program = reader.here(page.blocks("js").joined(separator: "\n"))
            let printed = try site.run(program)
            #expect(Transcript.agrees(printed, with: Reader.promised(by: program)), "\(printed)")

            let settings = try page.blocks("sh", under: "Lifetimes").joined()
            let result = try reader.bash("export OSTIARY_DATA_DIR='\(server.dataDirectory)'\n\(settings)")
            #expect(result.exit == .code(0) && result.stdout.contains("→ 600\n"), "\(result)")
        }

        @Test("a mobile application: its code in Swift runs")
        func mobile() throws {
            let server = try ServerProcess()
            try WireClient(port: server.port).enrol("first@example.com", "securepassword")
            let page = try Page("docs/guides/mobile-application.md")
            try GuideProgram(page: page, name: "MobileApplication").run(at: server.port)
        }

        @Test("the client for Swift: its code runs")
        func swiftClient() throws {
            let server = try ServerProcess()
            try GuideProgram(page: Page("Sources/OstiaryClient/OstiaryClient.docc/Client.md"), name: "SwiftClient").run(
                at: server.port)
        }
    }
}
