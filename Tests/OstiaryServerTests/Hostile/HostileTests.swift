// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    @Suite struct Hostile {
        private struct Count: Sendable {
            var answers: [Int: Int] = [:]
            var closed: [String: Int] = [:]
            var wrong: [String] = []
            var connections = 0
        }

        @Test("20,000 bad requests: no 5xx, nothing succeeds, same process, bounded memory")
        func badRequests() throws {
            let total = 20_000
            let width = 8
            let seed = SeededGenerator.printedSeed("hostile")
            let server = try ServerProcess(logLevel: "error")
            let client = WireClient(port: server.port)
            let tokens = try client.newSession().tokens
            let pid = server.pid

            _ = try Self.fire(1000, seed: seed &- 1, tokens, server)
            let memory = server.residentKiB
            let start = ContinuousClock.now
            let counts = try parallel(width) { column in
                try Self.fire(total / width, seed: seed &+ UInt64(column), tokens, server)
            }
            let growth = server.residentKiB - memory
            figure("hostile: requests", total)
            figure("hostile: duration", seconds: seconds(since: start))
            figure("hostile: connections", counts.reduce(0) { $0 + $1.connections })
            figure("hostile: growth of resident memory KiB", growth)
            let answers = counts.reduce(into: [:]) { $0.merge($1.answers, uniquingKeysWith: +) }
            for (status, count) in answers.sorted(by: { $0.key < $1.key }) {
                figure("hostile: answers \(status)", count)
            }
            let closed = counts.reduce(into: [:]) { $0.merge($1.closed, uniquingKeysWith: +) }
            for (kind, count) in closed.sorted(by: { $0.key < $1.key }) {
                figure("hostile: closed without an answer, \(kind)", count)
            }

            #expect(answers.values.reduce(0, +) + closed.values.reduce(0, +) == total)
            #expect(!answers.keys.contains { $0 >= 500 })
            let wrong = counts.flatMap(\.wrong)
            #expect(
                wrong.isEmpty, "\(wrong.count) wrong answers, among them\n\(wrong.prefix(12).joined(separator: "\n"))")
            #expect(server.isRunning && server.pid == pid)
            #expect(growth < 64 * 1024)
            let me = try client.me(tokens.access)
            #expect(me.status == 200 && me.member("username") == "", "no bad request changed the account: \(me)")
            #expect(try client.refresh(tokens.refresh).status == 200, "no bad request ended the session")
            #expect(server.terminate() == .code(0))
        }

        private static func fire(_ count: Int, seed: UInt64, _ tokens: Tokens, _ server: ServerProcess) throws -> Count
        {
            var requests = try BadRequests(tokens: tokens, seed: seed)
            let client = WireClient(port: server.port)
            var result = Count()
            for _ in 0..<count {
                let request = requests.next()
                do {
                    let answer = try client.exchange(request.bytes, method: request.method)
                    result.answers[answer.status, default: 0] += 1
                    if !request.allowed.contains(answer.status) {
                        result.wrong.append("\(answer.status) to \(summary(request))")
                    }
                } catch let error as WireError {
                    result.closed[request.kind, default: 0] += 1
                    guard case .closed(partial: false) = error, request.mayClose else {
                        result.wrong.append("\(error) to \(summary(request))")
                        continue
                    }
                }
            }
            result.connections = client.connections
            return result
        }

        private static func summary(_ request: BadRequest) -> String {
            "\(request.kind): " + String(decoding: request.bytes.prefix(300), as: UTF8.self).debugDescription
        }
    }
}
