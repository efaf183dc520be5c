// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Servers and PostgreSQL are killed in turn while clients work on both servers.
    @Suite struct NodeKills {
        @Test("SIGKILL of servers and of PostgreSQL loses nothing that was acknowledged, and leaves one successor")
        func kills() throws {
            let rounds = TestScale.count(30)
            var generator = SeededGenerator(seed: SeededGenerator.printedSeed("kill on PostgreSQL"))
            let postgres = try PostgresServer()
            let nodes = try PostgresNodes(2, on: postgres, logLevel: "warning")
            let email = freshEmail()
            try WireClient(port: nodes.servers[0].port).enrol(email)
            var tally = Tally()
            var longest = 0.0
            for round in 0..<rounds {
                let load = try Load(nodes.servers, email: email, seed: generator.next())
                let delay = Double.random(in: 0.02...0.35, using: &generator)
                let pick = generator.below(8)
                let clients = try BackgroundThreads(load.clients) { load.run($0) }
                pause(delay)
                switch round % 4 {
                case 0: nodes.servers[1].kill()
                case 1: try killOne(of: postgres, pick)
                case 2: postgres.stop(.immediate)
                default:
                    try postgres.query(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(nodes.database)'")
                }
                // Those whose server lives go on through it.
                pause(0.15)
                let start = ContinuousClock.now
                if round % 4 == 2 { try postgres.start() }
                if round % 4 == 0 { try nodes.servers[1].start() }
                for server in nodes.servers {
                    let ready: Bool? = waitUntil(10, every: 10_000) {
                        WireClient.readiness(server.port) == 200 ? true : nil
                    }
                    #expect(ready == true, "round \(round)")
                }
                longest = max(longest, seconds(since: start))
                pause(0.1)
                load.stop()
                try clients.join()
                try load.judge(&tally)
            }
            figure("kills on PostgreSQL", rounds)
            figure("kills on PostgreSQL: longest until all is ready again", seconds: longest)
            tally.judge("kills on PostgreSQL")
            #expect(try doubleSuccessors(nodes) == "0")
            #expect(nodes.terminate())
        }

        /// SIGKILL for a session of a server: PostgreSQL ends all others and recovers.
        private func killOne(of postgres: PostgresServer, _ pick: Int) throws {
            let query = "SELECT pid FROM pg_stat_activity WHERE application_name <> 'psql' AND client_port IS NOT NULL"
            let pids = try postgres.query(query).split(separator: "\n").compactMap { Int32($0) }
            guard !pids.isEmpty else { throw Failure("nobody is connected") }
            postgres.killBackend(pids[pick % pids.count])
        }

        /// Sessions with more than one token that is not spent.
        private func doubleSuccessors(_ nodes: PostgresNodes) throws -> String {
            try nodes.postgres.query(
                """
                SELECT count(*) FROM (SELECT session_id FROM ostiary_refresh_token
                WHERE spent_at IS NULL GROUP BY session_id HAVING count(*) > 1) s
                """, in: nodes.database)
        }
    }
}
