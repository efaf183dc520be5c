// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Requests made of the description by schemathesis, right and wrong ones; all its checks are on.
    @Suite struct SchemaGeneratedRequests {
        /// Parts of the work that are done at once.
        private static let parts = [
            ["--phases", "examples,coverage,fuzzing", "--include-tag", "Accounts"],
            [
                "--phases", "examples,coverage,fuzzing", "--exclude-tag", "Accounts", "--exclude-tag",
                "Administration",
            ],
            ["--phases", "stateful"],
        ]

        @Test("every answer to generated requests is as described")
        func generated() throws {
            try run(Self.parts, "generated requests", atLeast: 5_000)
        }

        @Test("every answer to generated requests of a superuser is as described")
        func administration() throws {
            let part = ["--phases", "examples,coverage,fuzzing", "--include-tag", "Administration"]
            try run([part], isAdministration: true, "generated requests of a superuser", atLeast: 2_000)
        }

        private func run(
            _ parts: [[String]], isAdministration: Bool = false, _ name: String, atLeast least: Int
        ) throws {
            let server = try ServerProcess(logLevel: "warning")
            let seed = environmentNumber("OSTIARY_TEST_SEED") ?? 1
            let started = ContinuousClock.now
            let running = try parts.map { part in
                let directory = try TemporaryDirectory()
                return (
                    directory,
                    try SchemaTool.schemathesis(
                        part, at: server, isAdministration: isAdministration, seed: seed, in: directory)
                )
            }
            var cases = 0
            for (directory, program) in running {
                let exit = program.exit(within: 400)
                let report = text(ofFile: directory.file("report"))
                #expect(exit == .code(0), "seed \(seed): \(report.suffix(6_000))")
                cases += report.firstMatch(of: #/(\d+) generated/#).flatMap { Int($0.output.1) } ?? 0
            }
            let seconds = (ContinuousClock.now - started) / .seconds(1)
            figure(name, cases)
            figure("\(name) took", seconds: seconds)
            #expect(cases >= least)
            #expect(server.isRunning && !server.output.contains("unexpected error"), "\(server.output.suffix(2_000))")
        }
    }
}
