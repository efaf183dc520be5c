// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Requests made of the description by schemathesis, right and wrong ones; all its checks are on.
    @Suite struct SchemaGeneratedRequests {
        /// Parts of the work that are done at once. Operations of the administration would refuse the generator's users.
        private static let parts = [
            ["--phases", "examples,coverage,fuzzing", "--include-tag", "Accounts"],
            ["--phases", "examples,coverage,fuzzing", "--exclude-tag", "Accounts", "--exclude-tag", "Administration"],
            ["--phases", "stateful", "--exclude-tag", "Administration"],
        ]

        @Test("every answer to generated requests is as described")
        func generated() throws {
            let server = try ServerProcess(logLevel: "warning")
            let seed = environmentNumber("OSTIARY_TEST_SEED") ?? 1
            let started = ContinuousClock.now
            let running = try Self.parts.map { part in
                let directory = try TemporaryDirectory()
                return (directory, try SchemaTool.schemathesis(part, at: server.port, seed: seed, in: directory))
            }
            var cases = 0
            for (directory, program) in running {
                let exit = program.exit(within: 400)
                let report = text(ofFile: directory.file("report"))
                #expect(exit == .code(0), "seed \(seed): \(report.suffix(6_000))")
                cases += report.firstMatch(of: #/(\d+) generated/#).flatMap { Int($0.output.1) } ?? 0
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            figure("generated requests", cases)
            figure("generated requests took", seconds: seconds)
            #expect(cases >= 5_000)
            #expect(server.isRunning && !server.output.contains("unexpected error"), "\(server.output.suffix(2_000))")
        }
    }
}
