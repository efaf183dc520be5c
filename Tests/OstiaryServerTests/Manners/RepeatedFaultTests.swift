// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct RepeatedFaults {
        private struct Line: Decodable {
            var time: String
            var message: String
            var error: String?
            var repeated: String?
        }

        @Test("an outage of the database is a line a second, and the lines and their counts are all requests")
        func outage() throws {
            let postgres = try PostgresServer()
            let server = try ServerProcess(["--database-url", postgres.url(try postgres.makeDatabase())])
            let tokens = try WireClient(port: server.port).newSession().tokens
            postgres.stop(.immediate)
            let start = ContinuousClock.now
            let refused = try parallel(4) { _ in
                let client = WireClient(port: server.port, timeout: 20)
                var refused = 0
                for _ in 0..<150 {
                    refused += try client.refresh(tokens.refresh).status == 503 ? 1 : 0
                    pause(0.01)
                }
                return refused
            }.reduce(0, +)
            let duration = seconds(since: start)
            #expect(server.terminate() == .code(0))
            let lines = try text(ofFile: server.stderrFile).split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }.filter { $0.message == "storage unavailable" }
            figure("lines of \(refused) refused requests in \(duration) s", lines.count)
            #expect(refused > 400)
            #expect(lines.count + lines.compactMap { $0.repeated.flatMap { Int($0) } }.reduce(0, +) == refused)
            for (error, lines) in Dictionary(grouping: lines, by: \.error) {
                #expect(lines.count <= Int(duration) + 3, "\(error ?? "")")
            }
        }
    }
}
