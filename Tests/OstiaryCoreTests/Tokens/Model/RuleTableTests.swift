// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

@testable import OstiaryCore

/// The table of docs/features/sessions.md is made here: `OSTIARY_WRITE_TABLES=1` writes it anew.
@Suite("Refresh rules of other servers")
struct RuleTableTests {
    private static let page =
        #filePath.split(separator: "/").dropLast(5).reduce("") { "\($0)/\($1)" } + "/docs/features/sessions.md"
    private static let begin = "<!-- made by RuleTableTests with OSTIARY_WRITE_TABLES=1 -->\n"
    private static let end = "<!-- end -->\n"

    @Test("the page has the model's table")
    func table() throws {
        let text = text(ofFile: Self.page)
        let start = try #require(text.firstRange(of: Self.begin)).upperBound
        let end = try #require(text.firstRange(of: Self.end)).lowerBound
        let table = try Self.table()
        if environmentNumber("OSTIARY_WRITE_TABLES") == 1 {
            try Data((text[..<start] + table + text[end...]).utf8).write(to: URL(filePath: Self.page))
        } else {
            #expect(text[start..<end] == table, "OSTIARY_WRITE_TABLES=1 writes the page anew")
        }
    }

    private static func table() throws -> String {
        var lines = [
            "| rule | logged out, naive / careful client | thefts unnoticed | thief still in |", "|---|---|---|---|",
        ]
        for server in RefreshServer.all {
            let naive = HonestSchedules(server, isCareful: false).loggedOut
            let careful = HonestSchedules(server, isCareful: true).loggedOut
            let thefts = TheftSchedules(server)
            lines.append(
                "| \(server.name) | \(percent(naive)) / \(percent(careful)) % | \(thefts.unnoticed) / 64 "
                    + "| \(thefts.thiefStays) / 64 |")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func percent(_ part: Double) -> String {
        let tenths = Int((part * 1_000).rounded())
        return part == 0 ? "0" : "\(tenths / 10).\(tenths % 10)"
    }

    @Test("a careful client that sends keys is not logged out, and no thief stays")
    func thisServer() throws {
        let server = try #require(RefreshServer.all.last)
        #expect(HonestSchedules(server, isCareful: true).loggedOut == 0)
        #expect(TheftSchedules(server).thiefStays == 0)
    }
}
