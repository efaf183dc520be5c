// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport

/// A server on a Redis that things happen to, seen as its operator sees it.
final class FaultyRedisServer {
    let process: ServerProcess
    private let metricsPort: UInt16

    init(_ redis: RedisServer) throws {
        metricsPort = try FreePorts.next()
        process = try ServerProcess(["--redis-url", redis.url, "--metrics-address", "127.0.0.1:\(metricsPort)"])
    }

    func readiness() throws -> String { try ask("/readyz").text }

    func readinessStatus() throws -> Int { try ask("/readyz").status }

    func becomesReady() throws -> Bool {
        let ready: Bool? = try waitUntil(3) { try readiness().contains("degraded") ? nil : true }
        return ready == true
    }

    func connectedMetric() throws -> Int? {
        let answer = try WireClient(port: metricsPort, timeout: 5).exchange(WireRequest("GET", "/metrics"))
        let line = answer.text.split(separator: "\n").first { $0.hasPrefix("ostiary_redis_connected") }
        return line?.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) }
    }

    /// How many lines of the log have this message.
    func lines(_ message: String) -> Int {
        process.output.split(separator: "\n").count { $0.contains("\"\(message)\"") }
    }

    private func ask(_ path: String) throws -> WireAnswer {
        try WireClient(port: process.port, timeout: 5).exchange(WireRequest("GET", path))
    }
}
