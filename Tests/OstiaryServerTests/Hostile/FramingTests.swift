// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    @Suite struct FramingErrors {
        private struct Outcome: Sendable {
            var statuses: [Int]
            var closed: Bool
        }

        @Test("wrong framing gets one answer or a close, and hides no second request")
        func framing() throws {
            let server = try ServerProcess(logLevel: "debug")
            let client = WireClient(port: server.port)
            let tokens = try client.newSession().tokens
            let body = "username=smuggled"
            let smuggled = """
                PUT /api/me/?smuggled=1 HTTP/1.1\r
                Host: a\r
                Authorization: Bearer \(tokens.access)\r
                Content-Type: application/x-www-form-urlencoded\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """
            let cases = FramingCase.all(smuggled: smuggled)
            let (pid, memory) = (server.pid, server.residentKiB)
            let start = ContinuousClock.now
            let width = 24
            let outcomes = try parallel(width) { column in
                try stride(from: column, to: cases.count, by: width).map { index in
                    (index, try Self.outcome(of: cases[index].bytes, port: server.port))
                }
            }.flatMap { $0 }
            figure("framing: cases", cases.count)
            figure("framing: duration", seconds: seconds(since: start))
            figure("framing: growth of resident memory KiB", server.residentKiB - memory)

            var (answered, closed) = (0, 0)
            for (index, outcome) in outcomes {
                let name = cases[index].name
                #expect(outcome.statuses.count <= 1, "case \(name.debugDescription): answers \(outcome.statuses)")
                #expect(!outcome.statuses.isEmpty || outcome.closed, "\(name): neither an answer nor a close")
                #expect(
                    outcome.statuses.allSatisfy { $0 < 500 || $0 == 501 || $0 == 505 }, "\(name): \(outcome.statuses)")
                if outcome.statuses.isEmpty { closed += 1 } else { answered += 1 }
            }
            figure("framing: answered", answered)
            figure("framing: closed without an answer", closed)
            #expect(server.isRunning && server.pid == pid)
            #expect(try client.me(tokens.access).member("username") == "", "a smuggled request was executed")
            #expect(!server.output.contains("smuggled"), "a smuggled request is in the log")
            #expect(server.residentKiB - memory < 64 * 1024)
            #expect(server.terminate() == .code(0))
        }

        @Test("the canary works: the same request, framed well, is executed")
        func control() throws {
            let client = try SharedServers.client()
            let tokens = try client.newSession().tokens
            let put = WireRequest(
                "PUT", "/api/me/?smuggled=1",
                [("Authorization", "Bearer \(tokens.access)"), ("Content-Type", "application/x-www-form-urlencoded")],
                body: Array("username=smuggled".utf8))
            #expect(try client.exchange(put).member("username") == "smuggled")
        }

        /// Sends the bytes and listens until the server has closed or has nothing more to say.
        private static func outcome(of bytes: [UInt8], port: UInt16) throws -> Outcome {
            let connection = try WireConnection(port: port, timeout: 15)
            try? connection.send(bytes)
            var (received, closed) = connection.drain(quiet: 0.7)
            if received.isEmpty && !closed {
                // To the server this looks unfinished. It learns that no more will come.
                connection.finishSending()
                (received, closed) = connection.drain(quiet: 15)
            }
            return Outcome(statuses: statuses(in: received), closed: closed)
        }

        /// The status of each answer in a stream. No body of this service contains such a line.
        private static func statuses(in bytes: [UInt8]) -> [Int] {
            let text = String(decoding: bytes, as: UTF8.self)
            return text.ranges(of: "HTTP/1.1 ").compactMap { Int(text[$0.upperBound...].prefix(3)) }.filter {
                $0 >= 200
            }
        }
    }
}
