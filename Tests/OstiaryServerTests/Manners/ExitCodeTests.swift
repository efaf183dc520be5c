// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Each exit code of the operators' page is one of a command.
    @Suite struct ExitCodes {
        @Test("a command ends with each code of the page, and with no other")
        func codes() throws {
            let directory = try TemporaryDirectory()
            let place = ["--data-dir", directory.file("data")]
            let cases: [(code: Int32, command: [String])] = [
                (0, ["migrate"] + place), (0, ["users", "list"] + place), (0, ["check"] + place), (0, ["--help"]),
                (1, ["users", "show", "nobody@mail.example"] + place), (1, ["settings", "get", "NO_SUCH"] + place),
                (1, ["settings", "set", "SESSIONS_PER_USER", "many"] + place),
                (64, ["nonsense"]), (64, ["users", "list", "--limit", "0"]), (64, ["users", "show", "nobody"] + place),
                (69, ["users", "list", "--data-dir", directory.path]),
                (69, ["users", "list", "--database-url", "postgres://nobody@127.0.0.1:1/none"]),
                (73, ["serve", "--data-dir", "/dev/null/data"]), (73, ["openapi", "--output", "/dev/null/none"]),
                (74, ["version"]), (78, ["users", "list", "--log-level", "loud"] + place),
                (78, ["config", "check", "--data-dir", "/dev/null/data"]),
            ]
            for (code, command) in cases {
                let result = try CommandResult(
                    OstiaryBinary.path(), command, output: code == 74 ? "/dev/full" : nil)
                #expect(result.exit == .code(code) && !result.hasStackTrace, "\(command): \(result)")
                #expect(result.stderr.isEmpty == (code == 0), "\(command): \(result)")
            }
            let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
            let told = text(ofFile: root + "/docs/operating/when-something-is-wrong.md").matches(of: /\n\| (\d+) \|/)
                .compactMap {
                    Int32($0.output.1)
                }
            // 127 is the linker's own, where the program has not begun.
            #expect(told == Set(cases.map(\.code)).union([127]).sorted())
        }
    }
}
