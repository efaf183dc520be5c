// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Guide to the library")
struct EmbeddingGuideTests {
    private static func bare(_ text: String) -> String {
        text.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: "\n")
    }

    @Test("each block of the guide is a part of the example that is run")
    func blocks() throws {
        let source = Self.bare(try Page("Examples/embed/Sources/Embed/Embed.swift").text)
        let blocks = try Page("docs/guides/embedding.md").blocks("swift")
        #expect(blocks.count >= 5)
        for block in blocks { #expect(source.contains(Self.bare(block)), "\(block)") }
    }
}
