// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Whatever happens to Redis, sessions go on with the last known values.
    @Suite struct RedisFaults {
        private let redis: RedisServer
        private let key = "constance:ACCESS_TOKEN_LIFETIME"

        init() throws { redis = try RedisServer() }

        private func set(_ value: Int) throws {
            try redis.connection().set(key, Array(#"{"__type__": "default", "__value__": \#(value)}"#.utf8))
        }

        /// A server that has seen the value 600.
        private func informed() throws -> (FaultyRedisServer, LifetimeProbe) {
            try set(600)
            let server = try FaultyRedisServer(redis)
            let probe = try LifetimeProbe(server.process)
            #expect(try probe.delay(until: 600) < 1)
            return (server, probe)
        }

        /// The manners that all faults share.
        /// - Parameters:
        ///   - values: what may be in force while it lasts.
        ///   - reason: what readiness tells; nil where Redis answers all the same.
        ///   - changes: how often the state changes until that reason: the connection is lost first, then a new one refused.
        private func outlive(
            _ name: String, reason: String?, changes: Int = 1, values: Set<Int> = [600], lasting duration: Double = 2.5,
            begin: (RedisServer) throws -> Void, end: (RedisServer) throws -> Void
        ) throws {
            let (server, probe) = try informed()
            let usual = try probe.observe(1).latencies
            try begin(redis)
            let during = try probe.observe(duration)
            figure("\(name): longest refresh before", seconds: usual.max)
            figure("\(name): longest refresh during", seconds: during.latencies.max)
            #expect(during.lifetimes.isSubset(of: values))
            #expect(during.latencies.quantile(0.99) < usual.quantile(0.99) + 0.05, "an added wait")
            if let reason {
                #expect(try server.readiness().contains("degraded: \(reason)"))
                #expect(try server.readinessStatus() == 200, "sessions need no Redis")
                #expect(try server.connectedMetric() == 0)
                #expect(server.lines("redis disconnected") == changes)
            }
            let back = ContinuousClock.now
            try end(redis)
            try set(900)
            let delay = try probe.delay(until: 900, from: back)
            figure("\(name): a new value in force after its end", seconds: delay)
            #expect(delay < 2)
            #expect(try server.becomesReady())
            #expect(try server.connectedMetric() == 1)
            #expect(
                server.lines("redis disconnected") == (reason == nil ? 0 : changes), "one line for each change of state"
            )
            #expect(server.lines("redis connected") == (reason == nil ? 1 : 2))
            #expect(server.process.isRunning)
        }

        @Test("killed")
        func killed() throws {
            try outlive("redis killed", reason: "", begin: { $0.kill() }, end: { try $0.start() })
        }

        @Test("hung")
        func hung() throws {
            try outlive("redis stopped", reason: "no answer in time", begin: { $0.pause() }, end: { $0.resume() })
        }

        @Test("slow")
        func slow() throws {
            try outlive(
                "redis paused", reason: "no answer in time",
                begin: { try $0.connection().command("CLIENT", "PAUSE", "3000", "ALL") },
                end: { _ in pause(0.6) })
        }

        @Test("out of memory")
        func outOfMemory() throws {
            let wire = try redis.connection()
            try outlive(
                "redis full", reason: nil,
                begin: { redis in
                    try wire.command("CONFIG", "SET", "maxmemory", "1")
                    #expect(throws: RedisWire.Refusal.self) { try set(700) }
                    let directory = try TemporaryDirectory()
                    let result = try runCommand([
                        "settings", "set", "ACCESS_TOKEN_LIFETIME", "700", "--redis-url", redis.url, "--data-dir",
                        directory.path,
                    ])
                    #expect(result.exit != .code(0) && !result.hasStackTrace)
                },
                end: { _ in try wire.command("CONFIG", "SET", "maxmemory", "0") })
        }

        @Test("flushed: the defaults are in force")
        func flushed() throws {
            let (server, probe) = try informed()
            try redis.connection().command("FLUSHALL")
            let delay = try probe.delay(until: 108_000)
            figure("redis flushed: the default in force after", seconds: delay)
            #expect(delay < 1)
            #expect(server.lines("redis disconnected") == 0)
        }

        @Test("another password")
        func password() throws {
            try outlive(
                "redis password changed", reason: "user or password refused", changes: 2,
                begin: { redis in
                    let wire = try redis.connection()
                    try wire.command("CONFIG", "SET", "requirepass", "other")
                    try wire.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                },
                end: { redis in
                    let wire = try redis.connection()
                    try wire.command("AUTH", "other")
                    try wire.command("CONFIG", "SET", "requirepass", "")
                })
        }

        @Test("loading its data")
        func loading() throws {
            let wire = try redis.connection()
            try wire.command("DEBUG", "POPULATE", "4000")
            try outlive(
                "redis loading", reason: "the server is loading its data", changes: 2,
                begin: { redis in
                    try redis.connection().command("SAVE")
                    redis.kill()
                    // Microseconds a key, so that it lasts longer than anybody here waits.
                    try redis.start(["--key-load-delay", "5000", "--loading-process-events-interval-bytes", "1024"])
                },
                end: { redis in
                    redis.kill()
                    try redis.start()
                })
        }

        @Test("down at the start: the last known values, or the defaults, and the new ones once it is there")
        func downAtStart() throws {
            let (first, _) = try informed()
            redis.kill()
            #expect(first.process.terminate() == .code(0))

            let start = ContinuousClock.now
            try first.process.start()
            figure("redis down: start of a server that knew a value", seconds: seconds(since: start))
            let known = try LifetimeProbe(first.process)
            #expect(try known.observe(0.3).lifetimes == [600])
            #expect(try first.readiness().contains("degraded"))

            let cold = try FaultyRedisServer(redis)
            let unknowing = try LifetimeProbe(cold.process)
            #expect(try unknowing.observe(0.3).lifetimes == [108_000])
            let list = try cold.process.command(["settings", "list", "--redis-url", redis.url])
            #expect(!list.hasStackTrace)

            try redis.start()
            let back = ContinuousClock.now
            try set(900)
            for probe in [known, unknowing] {
                let delay = try probe.delay(until: 900, from: back)
                figure("redis down at the start: a new value in force after it is there", seconds: delay)
                #expect(delay < 2)
            }
            #expect(try first.becomesReady())
            #expect(try cold.becomesReady())
        }

        @Test("a wrong password at the start keeps nobody out")
        func wrongPassword() throws {
            let wire = try redis.connection()
            try wire.command("CONFIG", "SET", "requirepass", "right")
            let server = try ServerProcess(["--redis-url", "unix://:wrong@\(redis.socketPath)"])
            let probe = try LifetimeProbe(server)
            #expect(try probe.lifetime() == 108_000)
            let text = try WireClient(port: server.port).exchange(WireRequest("GET", "/readyz")).text
            #expect(text.contains("degraded: user or password refused"))
            #expect(!server.output.contains("wrong"), "no password in the log")
        }
    }
}
