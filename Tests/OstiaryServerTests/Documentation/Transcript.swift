// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

/// What a reader types and sees: a `console` block of a page, whose lines that begin with `$ ` are commands and whose
/// others are what the command before them prints.
struct Transcript {
    struct Step {
        var command: String
        /// What it prints; `…` stands for any text.
        var answer = ""
    }

    private(set) var steps: [Step] = []

    /// - Throws: ``Failure`` if the block does not begin with a command.
    init(_ block: String) throws {
        for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else if let last = steps.indices.last {
                if steps[last].answer.isEmpty, steps[last].command.hasSuffix("\\") {
                    steps[last].command += "\n\(line)"
                } else {
                    steps[last].answer += "\(line)\n"
                }
            } else {
                throw Failure("no command before \(line)")
            }
        }
        guard !steps.isEmpty else { throw Failure("a transcript without commands") }
    }

    /// True if the text is the answer, where `…` is any text, each UUID any UUID and each time any time.
    static func agrees(_ text: String, with answer: String) -> Bool {
        let parts = general(answer).split(separator: "…", omittingEmptySubsequences: false)
        var rest = Substring(general(text))
        for (number, part) in parts.enumerated() {
            if number == 0 {
                guard rest.hasPrefix(part) else { return false }
                rest = rest.dropFirst(part.count)
            } else if number == parts.count - 1 {
                return rest.hasSuffix(part)
            } else {
                guard let found = rest.firstRange(of: part) else { return false }
                rest = rest[found.upperBound...]
            }
        }
        return rest.isEmpty
    }

    private static func general(_ text: String) -> String {
        let lines = text.split(separator: "\n").joined(separator: "\n")
        return lines.replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "<id>")
            .replacing(#/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/#, with: "<time>")
    }
}
