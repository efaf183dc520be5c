// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

extension EndToEnd.Alone {
    /// A change by anybody is in force everywhere, and nobody asks Redis for it.
    @Suite struct SettingsSpread {
        @Test("changes of four writers reach three servers within a second")
        func fourWriters() throws {
            let rounds = TestScale.count(200)
            let redis = try RedisServer()
            let django = try DjangoProject(redis)
            let arguments = ["--redis-url", redis.url]
            let servers = try (0..<3).map { _ in try ServerProcess(arguments) }
            let probes = try servers.map { try LifetimeProbe($0) }
            let cli = try executable("redis-cli")
            let wire = try redis.connection()
            var delays = Distribution()
            for round in 0..<rounds {
                let value = 1_000 + round
                let start = ContinuousClock.now
                switch round % 4 {
                case 0: try django.evaluate("config.ACCESS_TOKEN_LIFETIME = \(value)")
                case 1:
                    try wire.set("constance:ACCESS_TOKEN_LIFETIME", Array(stored(value).utf8))
                case 2:
                    let set = ["-s", redis.socketPath, "SET", "constance:ACCESS_TOKEN_LIFETIME", stored(value)]
                    #expect(try CommandResult(cli, set).exit == .code(0))
                default:
                    let writer = servers[round % 3]
                    let set = ["settings", "set", "ACCESS_TOKEN_LIFETIME", "\(value)"] + arguments
                    #expect(try writer.command(set).exit == .code(0))
                }
                // One after the other: what is seen last was in force before.
                for probe in probes {
                    let delay = try probe.delay(until: value, from: start)
                    guard delay.isFinite else { throw Failure("change \(round) is not in force after 5 s") }
                    delays.add(delay)
                }
            }
            delays.print("a setting of four writers in force on three servers")
            #expect(delays.values.count == rounds * 3)
            #expect(delays.quantile(0.99) < 1)
        }

        @Test("a server that Redis refuses to tell asks it, and is as good within a second")
        func polled() throws {
            let redis = try RedisServer()
            let wire = try redis.connection()
            try wire.command("ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-client|tracking")
            let server = try ServerProcess(["--redis-url", "unix://blind:secret@\(redis.socketPath)"])
            let probe = try LifetimeProbe(server)
            var delays = Distribution()
            for value in 2_000..<2_010 {
                let start = ContinuousClock.now
                try wire.set("constance:ACCESS_TOKEN_LIFETIME", Array(stored(value).utf8))
                delays.add(try probe.delay(until: value, from: start))
            }
            delays.print("a setting on a Redis that refuses tracking in force")
            #expect(delays.max < 1)
            #expect(try WireClient(port: server.port).exchange(WireRequest("GET", "/readyz")).text.contains("polled"))
        }

        @Test("logins and refreshes ask Redis for nothing")
        func noCommands() throws {
            let count = TestScale.count(10_000)
            let redis = try RedisServer()
            let server = try ServerProcess(["--redis-url", redis.url])
            let email = try WireClient(port: server.port).newSession().email
            let wire = try redis.connection()
            let before = try wire.callCounts()
            let start = ContinuousClock.now
            let logins = 200
            try parallel(8) { index in
                let client = WireClient(port: server.port)
                var token = try client.tokens(email).refresh
                for _ in 1..<(logins / 8) { token = try client.tokens(email).refresh }
                for _ in 0..<((count - logins) / 8) { token = try Tokens(client.refresh(token)).refresh }
            }
            let lasted = seconds(since: start)
            var grown = try wire.callCounts().compactMapValues { $0 }
            for (name, calls) in before { grown[name, default: 0] -= calls }
            grown = grown.filter { $0.value != 0 }
            figure("redis commands during \(count) logins and refreshes in \(Int(lasted)) s", "\(grown)")
            // The statistics count their own reading; a sign of life is asked for once a second.
            grown["info"] = nil
            #expect(grown.removeValue(forKey: "ping") ?? 0 <= Int(lasted) + 2)
            #expect(grown.isEmpty)
        }

        private func stored(_ value: Int) -> String { #"{"__type__": "default", "__value__": \#(value)}"# }

        private func executable(_ name: String) throws -> String {
            try Executable.required(name, package: "redis-tools")
        }
    }
}
