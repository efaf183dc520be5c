// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// The head of a request has ten seconds to arrive.
    @Suite struct HeaderDeadline {
        @Test("a partial head is closed after about ten seconds, also when it drips, while others are served")
        func partialHead() throws {
            let server = try SharedServers.ordinary()
            let ages = try parallel(4) { index in
                if index == 3 { return try Self.slowestAnswer(server.port, during: 11) }
                let connection = try WireConnection(port: server.port)
                if index == 2 {
                    // Not the first request of its connection.
                    try connection.send(WireRequest("GET", "/healthz").bytes)
                    _ = try connection.receive()
                }
                let start = ContinuousClock.now
                try connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ")
                for _ in 0..<20 where index == 1 {
                    guard (try? connection.send("x")) != nil, !connection.isStale else { break }
                    pause(0.9)
                }
                let (bytes, closed) = connection.drain(quiet: 20)
                let answer = String(decoding: bytes.prefix(12), as: UTF8.self)
                guard closed, bytes.isEmpty || answer.hasPrefix("HTTP/1.1 4") else {
                    throw Failure("not closed: \(answer)")
                }
                return seconds(since: start)
            }
            figure("a silent partial head is closed after", seconds: ages[0])
            figure("a dripping partial head is closed after", seconds: ages[1])
            figure("a partial second head is closed after", seconds: ages[2])
            figure("slowest answer to another client meanwhile", seconds: ages[3])
            for age in ages.prefix(3) { #expect((9...15).contains(age)) }
            #expect(ages[3] < 1)
        }

        @Test("many unfinished heads are all cut, and take little memory")
        func manyPartialHeads() throws {
            let server = try ServerProcess(logLevel: "error")
            let idle = server.residentKiB
            let filler = [UInt8]("GET /healthz HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [UInt8](repeating: 97, count: 60_000)
            let start = ContinuousClock.now
            let connections = try (0..<200).map { _ in
                let connection = try WireConnection(port: server.port)
                try connection.send(filler)
                return connection
            }
            pause(1)
            let growth = server.residentKiB - idle
            figure("200 unfinished heads of 60 KB: growth of resident memory KiB", growth)
            #expect(growth < 64 * 1024)
            #expect(
                try WireClient(port: server.port, timeout: 2).exchange(WireRequest("GET", "/healthz")).status == 200)
            let open = waitUntil(16 - seconds(since: start), every: 100_000) {
                connections.allSatisfy(\.isStale) ? true : nil
            }
            figure("200 unfinished heads are cut after", seconds: seconds(since: start))
            #expect(open == true)
        }

        private static func slowestAnswer(_ port: UInt16, during: Double) throws -> Double {
            let client = WireClient(port: port)
            let start = ContinuousClock.now
            var slowest = 0.0
            while seconds(since: start) < during {
                let asked = ContinuousClock.now
                let answer = try client.exchange(WireRequest("GET", "/healthz"))
                guard answer.status == 200 else { throw Failure("\(answer)") }
                slowest = max(slowest, seconds(since: asked))
                pause(0.1)
            }
            return slowest
        }
    }
}
