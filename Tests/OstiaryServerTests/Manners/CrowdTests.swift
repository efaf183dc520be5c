// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// Clients that cost the server something and never finish.
    @Suite struct Crowds {
        @Test("ten thousand silent connections do not slow the others down")
        func idleConnections() throws {
            let count = 10_000
            try raiseDescriptors(to: rlim_t(count + 500))
            let server = try ServerProcess(logLevel: "error")
            let tokens = try WireClient(port: server.port).newSession().tokens
            let memory = server.residentKiB
            let start = ContinuousClock.now
            // Each has asked once: a connection that never did is cut off after ten seconds.
            let crowd = try parallel(8) { column in
                try stride(from: column, to: count, by: 8).map { _ in
                    let connection = try WireConnection(port: server.port)
                    try connection.send(WireRequest("GET", "/healthz").bytes)
                    _ = try connection.receive()
                    return Silent(connection: connection)
                }
            }.flatMap { $0 }
            figure("\(count) connections with a request each", seconds: seconds(since: start))
            let times = try answers(server, tokens.access, 300)
            times.print("GET /api/me/ beside \(count) silent connections")
            figure("\(count) silent connections: KiB each", Double(server.residentKiB - memory) / Double(count))
            #expect(times.quantile(0.99) < 0.1)
            #expect(crowd.count { $0.connection.isStale } == 0, "nobody was cut off before the time")
            #expect(server.isRunning)
            #expect(server.terminate() == .code(0))
        }

        @Test("a server that has used up its descriptors serves those it has, and accepts again within a second")
        func descriptors() throws {
            let prlimit = try Executable.required("prlimit", package: "util-linux")
            let server = try ServerProcess(logLevel: "error", launcher: [prlimit, "--nofile=200:200"])
            let client = WireClient(port: server.port)
            let tokens = try client.newSession().tokens
            let pid = try #require(server.pid)
            var crowd: [WireConnection]? = try (0..<300).map { _ in try WireConnection(port: server.port) }
            #expect(crowd?.count == 300)
            let kept = try answersOf(client, tokens.access, 100)
            kept.print("GET /api/me/ on a connection that was there, without descriptors")
            #expect(kept.quantile(0.99) < 0.1)
            crowd = nil
            let start = ContinuousClock.now
            #expect(try WireClient(port: server.port, timeout: 5).me(tokens.access).status == 200)
            figure("without descriptors: accepts again after", seconds: seconds(since: start))
            #expect(seconds(since: start) < 1)
            #expect(server.isRunning && server.pid == pid)
            #expect(server.terminate() == .code(0))
        }

        @Test("bodies that drip hold up nobody else")
        func slowBodies() throws {
            let server = try ServerProcess(logLevel: "error")
            let tokens = try WireClient(port: server.port).newSession().tokens
            let memory = server.residentKiB
            let head =
                "POST /api/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
            let bodies = try (0..<300).map { _ in
                let connection = try WireConnection(port: server.port)
                try connection.send(head + String(repeating: " ", count: 30_000))
                return connection
            }
            for connection in bodies { try connection.send(" ") }
            let times = try answers(server, tokens.access, 300)
            times.print("GET /api/me/ beside 300 slow bodies")
            #expect(times.quantile(0.99) < 0.1)
            figure("300 slow bodies: growth of resident memory KiB", server.residentKiB - memory)
            #expect(server.residentKiB - memory < 64 * 1_024)
            withExtendedLifetime(bodies) {}
            #expect(server.isRunning)
        }

        @Test("unfinished bodies share a budget, those beyond it are told to come back, and memory is given back")
        func manyBodies() throws {
            let count = 1_600
            try raiseDescriptors(to: rlim_t(count + 500))
            let server = try ServerProcess(logLevel: "error")
            let tokens = try WireClient(port: server.port).newSession().tokens
            let memory = server.residentKiB
            let head =
                "POST /api/login/ HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 65536\r\n\r\n"
            let bytes = Array((head + String(repeating: " ", count: 65_000)).utf8)
            var bodies: [WireConnection]? = try (0..<count).map { _ in
                let connection = try WireConnection(port: server.port)
                try? connection.send(bytes)
                return connection
            }
            _ = waitUntil(30) { bodies?.count(where: \.isStale) ?? 0 > count - 1_100 ? true : nil }
            pause(0.5)
            figure("\(count) unfinished bodies: growth of resident memory KiB", server.residentKiB - memory)
            #expect(server.residentKiB - memory < 160 * 1_024)
            let refused = bodies?.filter(\.isStale) ?? []
            figure("\(count) unfinished bodies: refused", refused.count)
            #expect((count - 1_100..<count - 900).contains(refused.count))
            for connection in refused.prefix(20) {
                let answer = try connection.receive(to: "POST")
                #expect(answer.status == 503 && answer["Retry-After"] == "1")
            }
            #expect(try WireClient(port: server.port).me(tokens.access).status == 200)
            bodies = nil
            let isGivenBack: Bool? = waitUntil(10) { server.residentKiB - memory < 24 * 1_024 ? true : nil }
            figure("\(count) bodies later: growth of resident memory KiB", server.residentKiB - memory)
            #expect(isGivenBack == true)
            #expect(try WireClient(port: server.port).login(freshEmail()).status == 401, "bodies are taken again")
            #expect(server.isRunning)
        }

        private struct Silent: @unchecked Sendable {  // handed over once, from the thread that opened it
            let connection: WireConnection
        }

        private func answers(_ server: ServerProcess, _ access: String, _ count: Int) throws -> Distribution {
            try answersOf(WireClient(port: server.port), access, count)
        }

        private func answersOf(_ client: WireClient, _ access: String, _ count: Int) throws -> Distribution {
            var times = Distribution()
            for _ in 0..<count {
                let start = ContinuousClock.now
                guard try client.me(access).status == 200 else { throw Failure("not served") }
                times.add(seconds(since: start))
                pause(0.003)
            }
            return times
        }

        private func raiseDescriptors(to count: rlim_t) throws {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            guard limit.rlim_cur < count else { return }
            limit.rlim_cur = count
            limit.rlim_max = max(limit.rlim_max, count)
            guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                throw Failure("\(count) descriptors are needed: ulimit -n")
            }
        }
    }
}
