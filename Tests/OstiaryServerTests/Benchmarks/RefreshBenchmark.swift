// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Numbers and no pass mark, printed by `make bench` for the release build.
    @Suite(.enabled(if: environmentNumber("OSTIARY_BENCH") != nil))
    struct Benchmarks {
        private static let duration = 4.0

        @Test("refreshes a second on SQLite and on PostgreSQL with one, two and three servers")
        func refreshes() throws {
            let sqlite = try ServerProcess(logLevel: "warning")
            for clients in [4, 16, 64] { try measure("SQLite, 1 server", [sqlite], clients) }
            #expect(sqlite.terminate() == .code(0))
            let postgres = try PostgresServer()
            for count in 1...3 {
                let nodes = try PostgresNodes(count, on: postgres, logLevel: "warning")
                try nodes.waitForLeases()
                let name = "PostgreSQL, \(count) \(count == 1 ? "server" : "servers")"
                for clients in [4, 16, 64] { try measure(name, nodes.servers, clients) }
                #expect(nodes.terminate())
            }
        }

        /// Clients on threads of their own, each with a session of its own; they share the cores with the servers.
        private func measure(_ name: String, _ servers: [ServerProcess], _ clients: Int) throws {
            let sessions = try RefreshRace.sessions(clients, on: servers[0])
            let barrier = Barrier(clients)
            let results = try parallel(clients) { index in
                let client = WireClient(port: servers[index % servers.count].port)
                var token = sessions[index].refresh
                var latencies = Distribution()
                _ = try? client.open()
                barrier.wait()
                let end = Deadline(Self.duration)
                while !end.passed {
                    let start = ContinuousClock.now
                    token = try Tokens(client.refresh(token)).refresh
                    latencies.add(seconds(since: start))
                }
                return latencies
            }
            let all = Distribution(results.flatMap(\.values))
            let rate = Int(Double(all.values.count) / Self.duration)
            let (median, tail) = (all.quantile(0.5) * 1_000, all.quantile(0.99) * 1_000)
            figure(
                "refresh, \(name), \(clients) clients",
                "\(rate)/s, median \((median * 100).rounded() / 100) ms, p99 \((tail * 100).rounded() / 100) ms")
        }
    }
}
