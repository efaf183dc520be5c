// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@Suite("Articles about the libraries")
struct ArticleTests {
    private static let catalogues = ["Sources/Ostiary/Ostiary.docc"]
    /// Sources that are built without package access, and run.
    private static let sources = ["Examples", "Tests/OstiaryTests"]

    private static func files(_ folder: String, _ suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: "\(Page.root)/\(folder)").filter { $0.hasSuffix(suffix) }
            .map { "\(folder)/\($0)" }
    }

    /// The lines of a text without their indentation.
    private static func bare(_ text: String) -> String {
        text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.joined(separator: "\n")
    }

    @Test("each block of an article is a part of a source that is compiled and run")
    func blocks() throws {
        let compiled = try Self.sources.flatMap { try Self.files($0, ".swift") }.map { Self.bare(try Page($0).text) }
        var count = 0
        for article in try Self.catalogues.flatMap({ try Self.files($0, ".md") }) {
            let page = try Page(article)
            #expect(page.languages.isSubset(of: ["swift"]), "\(article)")
            for block in page.blocks("swift") {
                count += 1
                let text = Self.bare(block)
                #expect(compiled.contains { $0.contains(text) }, "\(article): \(block)")
            }
        }
        #expect(count >= 10)
    }
}
