// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A real Chromium on the real server.
    @Suite struct PageWalks {
        private static let server = Result { try ServerProcess() }
        static let folder = #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }

        /// Made at first need; that takes some seconds and the network, later it is there.
        static let python = Result {
            let made = try CommandResult(
                "\(folder)/../../../Scripts/browser-environment", [], environment: Executable.inheritedEnvironment,
                within: 300
            )
            guard made.exit == .code(0) else {
                throw Failure("no environment with Selenium: \(made.stderr.suffix(2_000))")
            }
            return String(made.stdout.prefix { $0 != "\n" })
        }

        @Test(
            "people can do everything with scripts, without them, and with the keyboard alone",
            arguments: ["on", "off", "keys"])
        func walk(_ mode: String) throws {
            _ = try Executable.required("chromedriver", package: "chromium-driver")
            let server = try Self.server.get()
            let result = try CommandResult(
                Self.python.get(), ["-B", "\(Self.folder)/Browser/walk.py", "http://127.0.0.1:\(server.port)", mode],
                environment: Executable.inheritedEnvironment, within: 180
            )
            for line in result.stdout.split(separator: "\n") where line.hasPrefix("figure") { print(line) }
            #expect(result.exit == .code(0), "\(result.stderr.suffix(4_000)) \(result.stdout.suffix(1_000))")
        }
    }
}
