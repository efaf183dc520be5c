// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

/// The table of programs in `docs/features/keys.md`, a row for each; `OSTIARY_WRITE_TABLES=1` writes the rows anew.
enum ProgramTable {
    private static let path = "docs/features/keys.md"
    private static let heading =
        "| program | ES256 | RS256 | EdDSA | after the session has ended |\n|---|---|---|---|---|\n"

    /// - Parameters:
    ///   - reads: true for each algorithm of the heading that the program reads.
    ///   - staysIn: true if the token of a session that has ended is good there.
    static func compare(_ name: String, _ reads: [Bool], staysIn: Bool) throws {
        let cells = reads.map { $0 ? "yes" : "no" } + [staysIn ? "in until the token expires" : "out at once"]
        let row = "| \(name) | \(cells.joined(separator: " | ")) |"
        let page = try Page(path).text
        guard let start = page.firstRange(of: heading)?.upperBound else { throw Failure("the table is missing") }
        let rest = page[start...].split(separator: "\n", omittingEmptySubsequences: false)
        let rows = rest.prefix { $0.hasPrefix("|") }
        if environmentNumber("OSTIARY_WRITE_TABLES") == 1 {
            let others = rows.filter { !$0.hasPrefix("| \(name) |") }.map(String.init)
            let all = (others + [row]).sorted { $0.lowercased() < $1.lowercased() }
            let made = page[..<start] + (all + rest.dropFirst(rows.count).map(String.init)).joined(separator: "\n")
            try Data(String(made).utf8).write(to: URL(filePath: "\(Page.root)/\(path)"))
            return
        }
        #expect(rows.contains { $0 == row }, "OSTIARY_WRITE_TABLES=1 writes the row anew:\n\(row)")
    }
}
