// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Every rule of one server holds for three on one PostgreSQL.
    @Suite struct ManyNodes {
        private let postgres: PostgresServer

        init() throws { postgres = try PostgresServer.shared.get() }

        @Test("parallel refreshes of one token on three servers: exactly one succeeds")
        func refreshRace() throws {
            let nodes = try PostgresNodes(3, on: postgres, logLevel: "warning")
            try nodes.waitForLeases()
            let rounds = TestScale.count(500)
            try RefreshRace(servers: nodes.servers, rounds: rounds).run("refresh race on three servers")
            #expect(nodes.terminate())
        }

        @Test("what one server does is in force on the others within a second")
        func spread() throws {
            let tries = TestScale.count(200)
            let nodes = try PostgresNodes(3, on: postgres)
            try nodes.waitForLeases()
            let clients = nodes.servers.map { WireClient(port: $0.port) }
            let email = try clients[0].newSession().email

            var ended = Distribution()
            for round in 0..<tries {
                let near = clients[round % 3]
                let tokens = try near.tokens(email)
                for client in clients { #expect(try client.me(tokens.access).status == 200) }
                let start = ContinuousClock.now
                #expect(try near.logout(tokens.refresh).status == 200)
                for client in clients {
                    ended.add(try delay(from: start) { try client.me(tokens.access).status == 401 })
                }
            }
            ended.print("a session's end on one server in force on three")
            #expect(ended.quantile(0.99) < 1)

            var deactivated = Distribution()
            for _ in 0..<(tries / 2) {
                let tokens = try clients[0].tokens(email)
                for client in clients { #expect(try client.me(tokens.access).status == 200) }
                let start = ContinuousClock.now
                #expect(try nodes.command(["users", "deactivate", email]).exit == .code(0))
                for client in clients {
                    deactivated.add(try delay(from: start) { try client.me(tokens.access).status == 401 })
                }
                #expect(try nodes.command(["users", "activate", email]).exit == .code(0))
            }
            deactivated.print("a user's deactivation by the command line in force on three")
            #expect(deactivated.quantile(0.99) < 1)

            var set = Distribution()
            let probes = try nodes.servers.map { try LifetimeProbe($0) }
            for round in 0..<tries {
                let start = ContinuousClock.now
                let value = 1_000 + round
                #expect(try nodes.command(["settings", "set", "ACCESS_TOKEN_LIFETIME", "\(value)"]).exit == .code(0))
                for probe in probes { set.add(try probe.delay(until: value, from: start)) }
            }
            set.print("a setting by the command line in force on three")
            #expect(set.quantile(0.99) < 1)
            #expect(nodes.terminate())
        }

        private func delay(from start: ContinuousClock.Instant, _ reached: () throws -> Bool) rethrows -> Double {
            let answer: Bool? = try waitUntil(3, every: 1_000) { try reached() ? true : nil }
            return answer == true ? seconds(since: start) : .infinity
        }

        @Test("GET /api/me/ asks PostgreSQL for nothing")
        func noQueries() throws {
            let postgres = try PostgresServer(["shared_preload_libraries=pg_stat_statements"])
            let nodes = try PostgresNodes(3, on: postgres)
            try postgres.query("CREATE EXTENSION pg_stat_statements", in: nodes.database)
            try nodes.waitForLeases()
            let tokens = try WireClient(port: nodes.servers[0].port).newSession().tokens
            for server in nodes.servers {
                #expect(try WireClient(port: server.port).me(tokens.access).status == 200)
            }
            try postgres.query("SELECT pg_stat_statements_reset()", in: nodes.database)
            let count = 9_000
            let start = ContinuousClock.now
            try parallel(6) { index in
                let client = WireClient(port: nodes.servers[index % 3].port)
                for _ in 0..<(count / 6) {
                    guard try client.me(tokens.access).status == 200 else { throw Failure("not served") }
                }
            }
            let lasted = seconds(since: start)
            let statements = try postgres.query(
                """
                SELECT calls || ' ' || query FROM pg_stat_statements
                WHERE dbid = (SELECT oid FROM pg_database WHERE datname = '\(nodes.database)')
                    AND query NOT LIKE '%pg_stat_statements%'
                """, in: nodes.database)
            figure(
                "queries during \(count) GET /api/me/ in \(Int(lasted)) s",
                statements.split(separator: "\n").joined(separator: "; "))
            // Only the heartbeats of the change feed go on, a few each second whatever is asked.
            let beat = ["BEGIN", "COMMIT", "SET LOCAL synchronous_commit", "pg_notify($1, $2)"]
            for line in statements.split(separator: "\n") {
                #expect(beat.contains { line.contains($0) }, "\(line)")
                #expect(Double(line.prefix { $0.isNumber }).map { $0 < 3 * 10 * (lasted + 1) } == true)
            }
        }

        @Test("ten servers may start at once on an empty database")
        func tenStarts() throws {
            let database = try postgres.makeDatabase()
            let started = ContinuousClock.now
            let servers = try parallel(10) { _ in
                try ServerProcess(
                    ["--database-url", postgres.url(database), "--database-connections", "3"], logLevel: "warning")
            }
            figure("ten servers at once on an empty PostgreSQL ready after", seconds: seconds(since: started))
            let client = WireClient(port: servers[3].port)
            let tokens = try client.newSession().tokens
            #expect(try WireClient(port: servers[7].port).me(tokens.access).status == 200)
            let applied = try postgres.query(
                "SELECT count(*) = count(DISTINCT name) FROM ostiary_migration", in: database)
            #expect(applied == "t")
            #expect(try parallel(10) { servers[$0].terminate() == .code(0) }.allSatisfy { $0 })
        }

        @Test("the key must be given, and be the others' key")
        func keys() throws {
            let nodes = try PostgresNodes(1, on: postgres)
            func serve(_ more: [String]) throws -> CommandResult {
                let directory = try TemporaryDirectory()
                let common = ["serve", "--port", "0", "--data-dir", directory.path, "--log-level", "error"]
                return try runCommand(common + ["--database-url", nodes.url] + more, within: 10)
            }
            let without = try serve([])
            #expect(without.exit == .code(78) && without.stderr.contains("--secret-key") && !without.hasStackTrace)
            let other = "another-key-of-more-than-32-bytes-0123456789"
            let refused = try serve(["--secret-key", other])
            #expect(refused.exit == .code(78) && refused.stderr.contains("another signing key"))
            #expect(!refused.stderr.contains(other) && !refused.hasStackTrace)

            #expect(nodes.terminate())
            #expect(try nodes.command(["forgetkey"]).exit == .code(0))
            let next = try ServerProcess(["--database-url", nodes.url], secretKey: other)
            #expect(try serve(["--secret-key", ServerProcess.secretKey]).exit == .code(78))

            let busy = try nodes.command(["forgetkey"])
            #expect(busy.exit == .code(69) && busy.stderr.contains("Stop them first"), "\(busy)")
            #expect(try nodes.command(["forgetkey", "--force"]).exit == .code(0))
            let third = try ServerProcess(["--database-url", nodes.url])
            let start = ContinuousClock.now
            let told: Bool? = waitUntil(5, every: 5_000) {
                next.output.contains("the other servers use another signing key") ? true : nil
            }
            #expect(told == true && WireClient.readiness(next.port) == 503 && WireClient.readiness(third.port) == 200)
            figure("another key on PostgreSQL, told after the other server is ready", seconds: seconds(since: start))
            #expect(next.terminate() == .code(0) && third.terminate() == .code(0))
        }

        @Test("a root secret that was given must be given to all, and can be replaced on its own")
        func rootSecret() throws {
            let nodes = try PostgresNodes(0, on: postgres)
            let (one, other) = (String(repeating: "1", count: 40), String(repeating: "2", count: 40))
            func refusal(_ more: [String]) throws -> String {
                let directory = try TemporaryDirectory()
                let result = try runCommand(
                    [
                        "serve", "--port", "0", "--data-dir", directory.path, "--log-level", "error",
                        "--database-url", nodes.url, "--secret-key", ServerProcess.secretKey,
                    ] + more, within: 10)
                guard result.exit == .code(78) else { throw Failure("\(result)") }
                return result.stderr
            }
            let first = try ServerProcess(["--database-url", nodes.url, "--root-secret", one])
            for more in [[], ["--root-secret", other]] {
                let text = try refusal(more)
                #expect(text.contains("another root secret") && text.contains("forgetkey --root"), "\(text)")
                #expect(!text.contains(one) && !text.contains(other))
            }
            #expect(first.terminate() == .code(0))
            #expect(try nodes.command(["forgetkey", "--root"]).exit == .code(0))
            let next = try ServerProcess(["--database-url", nodes.url, "--root-secret", other])
            #expect(next.terminate() == .code(0))
        }

        @Test("a copy by pg_dump, restored, knows the sessions and the key")
        func dump() throws {
            let nodes = try PostgresNodes(1, on: postgres)
            let (email, tokens) = try WireClient(port: nodes.servers[0].port).newSession()
            let directory = try TemporaryDirectory()
            try postgres.run("pg_dump", ["--format=custom", "--file=\(directory.file("copy"))", nodes.url])
            #expect(nodes.terminate())
            let database = try postgres.makeDatabase()
            let restore = ["--clean", "--if-exists", "--dbname=\(postgres.url(database))", directory.file("copy")]
            try postgres.run("pg_restore", restore)
            let restored = try ServerProcess(["--database-url", postgres.url(database)])
            let client = WireClient(port: restored.port)
            #expect(try client.me(tokens.access).status == 200)
            #expect(try client.refresh(tokens.refresh).status == 200)
            #expect(try client.login(email).status == 200)
            #expect(restored.terminate() == .code(0))
        }

        @Test("commands on PostgreSQL: plan, migrate, refuse, explain")
        func commands() throws {
            let database = try postgres.makeDatabase()
            let url = ["--database-url", postgres.url(database)]
            let plan = try runCommand(["migrate", "--plan"] + url)
            #expect(plan.exit == .code(0) && plan.stdout.contains("0000_change_feed"))
            #expect(try runCommand(["users", "list"] + url).exit == .code(69))
            #expect(try runCommand(["migrate"] + url).exit == .code(0))
            #expect(try !runCommand(["migrate", "--plan"] + url).stdout.contains("0000_change_feed"))
            #expect(try runCommand(["users", "list"] + url).exit == .code(0))
            let backup = try runCommand(["backup", "file"] + url)
            #expect(backup.exit == .code(64) && backup.stderr.contains("pg_dump"))
            let away = try runCommand(
                ["users", "list", "--database-url", "postgres://me:hush-hush@127.0.0.1:1/x?connect_timeout=1"])
            #expect(away.exit == .code(69) && !away.stderr.contains("hush") && !away.hasStackTrace)
            let malformed = try runCommand(["users", "list", "--database-url", "postgres://me:hush@[x"])
            #expect(malformed.exit == .code(78) && !malformed.stderr.contains("hush"))
        }
    }
}
