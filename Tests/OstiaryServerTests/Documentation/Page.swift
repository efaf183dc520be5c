// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport

/// A page of the documentation, for tests that compare it with the code or do what it says.
struct Page: Sendable {
    static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    let path: String
    let text: String

    /// - Parameter path: relative to the root of the repository.
    init(_ path: String) throws {
        self.path = path
        text = OstiaryTestSupport.text(ofFile: "\(Self.root)/\(path)")
        guard !text.isEmpty else { throw Failure("\(path) is missing or empty") }
    }

    /// The headings without their marks, in their order.
    var headings: [String] { parts.map(\.heading) }

    /// - Returns: the code blocks of the language under a heading, in their order.
    func blocks(_ language: String, under heading: String) throws -> [String] {
        guard let part = parts.first(where: { $0.heading == heading }) else {
            throw Failure("\(path) has no heading \(heading)")
        }
        return part.blocks.filter { $0.language == language }.map(\.text)
    }

    /// - Returns: the code blocks of the language on the whole page.
    func blocks(_ language: String) -> [String] {
        parts.flatMap(\.blocks).filter { $0.language == language }.map(\.text)
    }

    /// The languages of all code blocks; empty for one without.
    var languages: Set<String> { Set(parts.flatMap(\.blocks).map(\.language)) }

    private struct Part {
        var heading: String
        var blocks: [(language: String, text: String)] = []
    }

    /// A heading with all that stands until the next one, of whatever level. Headings in code blocks are none.
    private var parts: [Part] {
        var parts = [Part(heading: "")]
        var block: (language: String, lines: [Substring])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let ended = block {
                    let text = ended.lines.joined(separator: "\n") + "\n"
                    parts[parts.count - 1].blocks.append((ended.language, text))
                    block = nil
                } else {
                    block = (String(line.dropFirst(3)), [])
                }
            } else if block != nil {
                block?.lines.append(line)
            } else if line.hasPrefix("#") {
                parts.append(Part(heading: String(line.drop { $0 == "#" }.drop { $0 == " " })))
            }
        }
        return parts
    }
}
