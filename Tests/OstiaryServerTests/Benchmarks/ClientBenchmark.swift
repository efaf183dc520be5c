// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone.Benchmarks {
    @Test("requests by the client for Swift beside requests by its transport alone")
    func client() throws {
        let server = try ServerProcess(logLevel: "warning")
        let binary = try OstiaryBinary.path()
        let program = binary.prefix(through: binary.lastIndex(of: "/") ?? binary.startIndex) + "OstiaryClientCost"
        let result = try CommandResult(
            String(program), ["http://127.0.0.1:\(server.port)", server.directory.file("session"), "10000"],
            environment: [:], within: 300)
        #expect(result.exit == .code(0), "\(result)")
        for line in result.stdout.split(separator: "\n") { figure("client, 10000 requests", line) }
    }
}
