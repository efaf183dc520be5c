// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Two servers on one Redis, and what happens to them without it.
    @Suite struct SharedBudgets {
        private let redis: RedisServer
        private let nodes: [ServerProcess]
        private let email = freshEmail()

        init() throws {
            redis = try RedisServer()
            let directory = try TemporaryDirectory()
            let arguments = ["--trusted-hops", "1", "--redis-url", redis.url, "--settings-store", "database"]
            nodes = try (0..<2).map { _ in try ServerProcess(arguments, throttling: true, directory: directory) }
            for node in nodes { try Self.wait(node, for: "ok, shared") }
            guard try Visitor(nodes[0], from: "198.51.100.1").register(email).status == 200 else {
                throw Failure("cannot register")
            }
        }

        private static func wait(_ node: ServerProcess, for note: String) throws {
            let reached: Bool? = try waitUntil(5) {
                let answer = try WireClient(port: node.port).exchange(WireRequest("GET", "/readyz"))
                return answer.status == 200 && answer.member("throttling") == note ? true : nil
            }
            guard reached == true else { throw Failure("not \(note)") }
        }

        private func guess(_ node: Int, _ number: Int) throws -> WireAnswer {
            try Visitor(nodes[node], from: "192.0.2.\(number)").login(email, "wrong")
        }

        @Test("one budget for both, under names that tell nobody's")
        func shared() throws {
            for number in 0..<10 { #expect(try guess(number % 2, number).status == 401) }
            for node in 0..<2 { #expect(try guess(node, 99).throttledFor != nil) }
            let wire = try redis.connection()
            guard case .array(let keys) = try wire.command("KEYS", "*") else { throw Failure("no keys") }
            // A network each, the account, its failures and the registration.
            #expect(keys.count == 14)
            for case .text(let bytes) in keys {
                let key = String(decoding: bytes, as: UTF8.self)
                #expect(key.wholeMatch(of: /ostiary:throttle:[a-z_]+:[0-9a-f]{1,32}/) != nil, "\(key)")
                guard case .integer(let left) = try wire.command("PTTL", key) else { throw Failure("no expiry") }
                #expect(left > 0 && left <= 86_400_000)
            }
        }

        @Test("a success on one node ends the run of failures on the other")
        func cleared() throws {
            let wire = try redis.connection()
            func failures() throws -> Int {
                guard case .array(let keys) = try wire.command("KEYS", "ostiary:throttle:login_failures:*") else {
                    return -1
                }
                return keys.count
            }
            #expect(try guess(0, 1).status == 401)
            #expect(try failures() == 1)
            #expect(try Visitor(nodes[1], from: "198.51.100.1").login(email).status == 200)
            #expect(try failures() == 0)
        }

        @Test("without Redis each node goes on at once with what it knows", arguments: ["killed", "hung"])
        func lost(how: String) throws {
            for number in 0..<8 { #expect(try guess(number % 2, number).status == 401) }
            if how == "killed" { redis.kill() } else { redis.pause() }
            var judged = [0, 0]
            var slowest = 0.0
            for number in 0..<20 {
                let start = ContinuousClock.now
                let answer = try guess(number % 2, 100 + number)
                slowest = max(slowest, seconds(since: start))
                #expect(answer.status == 401 || answer.throttledFor != nil, "\(answer)")
                if answer.status == 401 { judged[number % 2] += 1 }
            }
            figure("redis \(how): slowest login with throttling", seconds: slowest)
            // Four of ten are spent on each, and one is earned in six seconds.
            #expect(judged.allSatisfy { (6...8).contains($0) }, "\(judged)")
            #expect(slowest < 2)
            for node in nodes { try Self.wait(node, for: "degraded: this node's own budgets") }
            if how == "killed" { try redis.start() } else { redis.resume() }
            let back: Bool? = try waitUntil(5) {
                for node in 0..<2 { _ = try guess(node, 200) }
                let answers = try nodes.map { try WireClient(port: $0.port).exchange(WireRequest("GET", "/readyz")) }
                return answers.allSatisfy { $0.member("throttling") == "ok, shared" } ? true : nil
            }
            #expect(back == true)
            for node in nodes { #expect(!node.output.contains("unexpected error")) }
        }
    }
}
