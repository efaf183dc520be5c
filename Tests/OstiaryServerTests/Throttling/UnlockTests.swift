// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `ostiary users unlock` beside running servers: locked, unlocked, logged in.
    @Suite struct Unlocking {
        private static let environment = ["OSTIARY_THROTTLE_LOGIN_ACCOUNT": "2/day"]

        private func lock(_ email: String, on server: ServerProcess) throws {
            let client = WireClient(port: server.port)
            let refused: WireAnswer? = try waitUntil(10, every: 1_000) {
                let answer = try client.login(email, "wrong")
                return answer.status == 429 ? answer : nil
            }
            #expect(try #require(refused).throttledFor.map { $0 > 10_000 } == true)
            #expect(try client.login(email).status == 429)
        }

        private func expectUnlocked(_ email: String, on server: ServerProcess, at start: ContinuousClock.Instant) throws
        {
            let client = WireClient(port: server.port)
            // Each try of a locked account waits 10 ms for its answer, and is not counted.
            let status: Int? = try waitUntil(10, every: 1_000) {
                let status = try client.login(email).status
                return status == 429 ? nil : status
            }
            figure("login allowed again after unlocking", seconds: seconds(since: start))
            #expect(status == 200)
        }

        @Test("budgets in the memory of two processes on one file")
        func sqlite() throws {
            let directory = try TemporaryDirectory()
            let servers = try (0..<2).map { _ in
                try ServerProcess(throttling: true, environment: Self.environment, directory: directory)
            }
            let email = freshEmail()
            _ = try WireClient(port: servers[0].port).enrol(email)
            for server in servers { try lock(email, on: server) }
            let result = try servers[0].command(["users", "unlock", email])
            #expect(result.exit == .code(0) && result.stdout == "\(email) was unlocked.\n", "\(result)")
            let start = ContinuousClock.now
            for server in servers { try expectUnlocked(email, on: server, at: start) }
        }

        @Test("budgets in the memory of two nodes on PostgreSQL, one of which has lost its connection meanwhile")
        func postgres() throws {
            let postgres = try PostgresServer()
            let database = try postgres.makeDatabase()
            let proxy = try OstiaryTestSupport.Proxy(to: postgres.port)
            let urls = [postgres.url(database), postgres.tcpURL(database, port: proxy.port)]
            let servers = try urls.map {
                try ServerProcess(["--database-url", $0], throttling: true, environment: Self.environment)
            }
            let email = freshEmail()
            _ = try WireClient(port: servers[0].port).enrol(email)
            for server in servers { try lock(email, on: server) }
            // The notice never comes to the second node; it finds the unlock when it is connected again.
            proxy.set(.swallow)
            let start = ContinuousClock.now
            let result = try runCommand(["users", "unlock", email, "--database-url", urls[0]])
            #expect(result.exit == .code(0), "\(result)")
            try expectUnlocked(email, on: servers[0], at: start)
            let lost: Bool? = waitUntil(20) {
                servers[1].output.contains("the change feed is interrupted") ? true : nil
            }
            #expect(lost == true)
            proxy.set(.none)
            let again: Bool? = try waitUntil(20) {
                let status = try WireClient(port: servers[1].port).login(email).status
                return status == 200 ? true : nil
            }
            #expect(again == true)
        }

        @Test("budgets that two nodes share on Redis")
        func redis() throws {
            let redis = try RedisServer()
            let directory = try TemporaryDirectory()
            let arguments = ["--redis-url", redis.url, "--settings-store", "database"]
            let servers = try (0..<2).map { _ in
                try ServerProcess(arguments, throttling: true, environment: Self.environment, directory: directory)
            }
            for server in servers {
                let isShared: Bool? = try waitUntil(5) {
                    let answer = try WireClient(port: server.port).exchange(WireRequest("GET", "/readyz"))
                    return answer.member("throttling") == "ok, shared" ? true : nil
                }
                #expect(isShared == true)
            }
            let email = freshEmail()
            _ = try WireClient(port: servers[0].port).enrol(email)
            for server in servers { try lock(email, on: server) }
            // The command itself knows nothing of Redis.
            let result = try servers[0].command(["users", "unlock", email])
            #expect(result.exit == .code(0), "\(result)")
            let start = ContinuousClock.now
            for server in servers { try expectUnlocked(email, on: server, at: start) }
        }
    }
}
