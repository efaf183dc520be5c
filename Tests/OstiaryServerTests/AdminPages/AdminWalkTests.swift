// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// A real Chromium in the administration of the real server.
    @Suite struct AdminWalks {
        @Test(
            "people administer with scripts, without them and by keyboard, wide and narrow, in both schemes",
            arguments: ["on", "off", "keys"])
        func walk(_ mode: String) throws {
            _ = try Executable.required("chromedriver", package: "chromium-driver")
            let server = try ServerProcess()
            let path = try server.setupPath()
            let result = try CommandResult(
                PageWalks.python.get(),
                ["-B", "\(PageWalks.folder)/Browser/admin.py", "http://127.0.0.1:\(server.port)", path, mode],
                environment: Executable.inheritedEnvironment, within: 180)
            for line in result.stdout.split(separator: "\n") where line.hasPrefix("figure") { print(line) }
            #expect(result.exit == .code(0), "\(result.stderr.suffix(4_000)) \(result.stdout.suffix(1_000))")
        }
    }
}
