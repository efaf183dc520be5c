// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

/// The links between the pages.
@Suite("Links of the documentation")
struct LinkTests {
    private static let pages =
        [
            "docs", "Sources/Ostiary/Ostiary.docc", "Sources/OstiaryClient/OstiaryClient.docc",
            "Sources/OstiaryVerifier/OstiaryVerifier.docc",
        ].flatMap { folder in
            ((try? FileManager.default.subpathsOfDirectory(atPath: "\(Page.root)/\(folder)")) ?? [])
                .filter { $0.hasSuffix(".md") }.map { "\(folder)/\($0)" }
        } + ["README.md", "SECURITY.md", "CHANGELOG.md"]

    /// The anchors that GitHub makes of the headings.
    private func anchors(_ page: Page) -> Set<String> {
        Set(
            page.headings.map { heading in
                String(
                    heading.lowercased().compactMap { character in
                        if character == " " { return "-" }
                        return character.isLetter || character.isNumber || "-_".contains(character) ? character : nil
                    })
            })
    }

    @Test("a link between the pages leads to a file, and its anchor to a heading", arguments: pages)
    func links(_ path: String) throws {
        let page = try Page(path)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        for match in page.text.matches(of: #/\]\((?<path>[^)#:\s]*)(?:#(?<anchor>[^)\s]+))?\)/#) {
            let relative = match.output.path.isEmpty ? path : "\(folder)/\(match.output.path)"
            let target = "\(Page.root)/\(relative)"
            guard FileManager.default.fileExists(atPath: target) else {
                Issue.record("\(path): \(match.output.0) leads to no file")
                continue
            }
            guard let anchor = match.output.anchor, target.hasSuffix(".md") else { continue }
            #expect(try anchors(Page(relative)).contains(String(anchor)), "\(path): \(match.output.0)")
        }
    }

    @Test("the map names each guide, and a guide has only such code as its test runs")
    func guides() throws {
        let map = try Page("docs/README.md").text
        let run: [String: Set<String>] = [
            "first-ten-minutes": ["sh", "console"], "mobile-application": ["swift"],
            "protect-your-api": ["", "swift", "python", "js"], "single-page-application": ["sh", "js"],
            "testing": ["sh", "console", "python", "swift"],
            "from-django": ["sh", "console", "python", "nginx", "sql"],
            "gate-nginx": ["nginx"], "gate-caddy": ["caddyfile"], "gate-haproxy": ["haproxy"],
            "other-programs": ["apache", "haproxy", "dovecot", "rabbitmq"],
        ]
        let guides = Self.pages.filter { $0.hasPrefix("docs/guides/") }
        #expect(guides.count == run.count)
        for path in guides {
            #expect(map.contains("](\(path.dropFirst("docs/".count)))"), "\(path)")
            let name = path.split(separator: "/")[2].split(separator: ".")[0]
            #expect(try Page(path).languages == run[String(name)], "\(path)")
        }
    }

    @Test("the index of the operators' pages names each of them")
    func index() throws {
        let index = try Page("docs/operating.md").text
        for path in Self.pages where path.hasPrefix("docs/operating/") {
            #expect(index.contains("](\(path.dropFirst("docs/".count)))"), "\(path)")
        }
    }
}
