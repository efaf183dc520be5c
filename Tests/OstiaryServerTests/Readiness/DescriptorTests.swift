// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// A server with more clients than it has descriptors.
    @Suite struct Descriptors {
        private static let line = "new connections wait until others close"

        /// 64 descriptors are enough for the 16 connections that a server takes at least; behind the start the limit is
        /// set so low that fewer can be accepted.
        @Test(
            "clients wait for their turn, a line a minute and a metric say so, and no event loop spins",
            arguments: ["connections", "descriptors"])
        func waiting(cause: String) throws {
            let port = try FreePorts.next()
            let limit = cause == "connections" ? 64 : 1_024
            let server = try ServerProcess(
                ["--metrics-address", "127.0.0.1:\(port)"],
                launcher: ["/bin/bash", "-c", "ulimit -n \(limit) && exec \"$@\"", "bash"])
            let pid = try #require(server.pid)
            let processor = try ProcessorTime(of: pid)
            let series = ["connections", "descriptors"].map { "ostiary_accept_pauses_total{cause=\"\($0)\"}" }
            let before = try Scrape(port: port)
            #expect(series.allSatisfy { before[$0] == 0 })
            #expect(!server.output.contains(Self.line))
            if cause == "descriptors" {
                let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
                let arguments = ["--pid", "\(pid)", "--nofile=\(open + 12):"]
                #expect(try CommandResult("/usr/bin/prlimit", arguments).exit == .code(0))
            }
            for _ in 0..<3 {
                let crowd = try (0..<50).map { _ in try WireConnection(port: server.port) }
                let told: Bool? = waitUntil(10) { server.output.contains(Self.line) ? true : nil }
                #expect(told == true)
                let (used, start) = (processor.seconds, ContinuousClock.now)
                pause(0.5)
                let share = (processor.seconds - used) / seconds(since: start)
                figure("50 clients, too few \(cause): processor", "\(Int(share * 100)) %")
                #expect(share < 0.25)
                withExtendedLifetime(crowd) {}
            }
            let isServed: Bool? = waitUntil(10) { WireClient.readiness(server.port) == 200 ? true : nil }
            #expect(isServed == true, "\(server.output.suffix(500))")
            let count = try Scrape(port: port)["ostiary_accept_pauses_total{cause=\"\(cause)\"}"] ?? 0
            figure("50 clients three times, too few \(cause): pauses", Int(count))
            #expect((3...500).contains(count))
            #expect(server.output.ranges(of: Self.line).count == 1, "\(server.output)")
            #expect(server.output.contains("as many \(cause) as it may"))
            #expect(server.terminate() == .code(0))
        }
    }
}
