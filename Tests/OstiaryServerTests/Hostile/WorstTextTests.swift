// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryServer
import OstiaryTestSupport
import Testing

extension EndToEnd.Alone {
    /// No text costs more than its length, wherever it stands: Swift's own comparison is quadratic in combining marks.
    @Suite struct WorstTexts {
        /// Seconds of processor for one request; where that is more, those over the same request with as much harmless
        /// text. Builds without optimization take more for any request, pages most, and not more for these.
        private static let limits = (head: 0.001, body: 0.005)

        private struct Endpoint {
            let method: String
            let path: String
            let fields: [String]
        }

        /// All that the description has.
        private static func endpoints() throws -> [Endpoint] {
            let document = try JSONReader.read(API.openAPI(isYAML: false))
            return document["paths"].members.flatMap { path, methods in
                methods.members.map { method, operation in
                    let schema = operation["requestBody"]["content"]["application/json"]["schema"]
                    let name = schema["$ref"].string.split(separator: "/").last.map(String.init) ?? ""
                    let body = schema["$ref"].string.isEmpty ? schema : document["components"]["schemas"][name]
                    return Endpoint(
                        method: method.uppercased(), path: path.replacing("{id}", with: "x"),
                        fields: body["properties"].members.map(\.key))
                }
            }
        }

        @Test(
            "the worst text in each place of each endpoint costs the processor less than 5 ms, in a head less than 1 ms"
        )
        func everyPlace() throws {
            let server = try ServerProcess(logLevel: "error")
            let client = WireClient(port: server.port)
            let clock = try ProcessorTime(of: #require(server.pid))
            let access = try client.newSession().tokens.access
            let endpoints = try Self.endpoints()
            #expect(endpoints.count > 15 && endpoints.contains { $0.fields == ["email", "password"] })
            var worst: [String: Double] = [:]
            var wrong: [String] = []
            for endpoint in endpoints {
                let isOwn = endpoint.path == "/api/me/" && endpoint.method == "PUT"
                let visitors = ["", "Accept: text/html\r\n", isOwn ? "Authorization: Bearer \(access)\r\n" : nil]
                for headers in visitors.compactMap(\.self) {
                    // Each place with the text that costs most, and one endpoint with all of them.
                    for text in isOwn && headers.isEmpty ? WorstText.allCases : [.marks] {
                        let make = { text in
                            WorstRequest.all(
                                endpoint.method, endpoint.path, fields: endpoint.fields, text, headers: headers)
                        }
                        for (request, harmless) in zip(make(text), make(.harmless)) {
                            let limit = request.hasBody ? Self.limits.body : Self.limits.head
                            var cost = Double.infinity
                            // Whatever else the machine does makes a request dearer, never cheaper.
                            for _ in 0..<8 where cost > limit {
                                cost = min(cost, try Self.cost(of: request, client, clock))
                                if cost > limit { cost -= try Self.cost(of: harmless, client, clock) }
                            }
                            let place = "\(request.place), \(text)"
                            worst[place] = max(worst[place] ?? 0, cost)
                            if cost > limit {
                                wrong.append(
                                    "\(endpoint.method) \(endpoint.path) \(headers.prefix(14)) \(place): \(Int(cost * 1e6)) µs"
                                )
                            }
                        }
                    }
                }
            }
            for (place, cost) in worst.sorted(by: { $0.value > $1.value }) {
                figure("worst text: \(place), µs", Int(cost * 1e6))
            }
            #expect(wrong.isEmpty, "\(wrong.count) too dear:\n\(wrong.prefix(100).joined(separator: "\n"))")
            #expect(server.terminate() == .code(0))
        }

        @Test("the process answers others while two connections send the worst bodies as fast as they can")
        func others() throws {
            let server = try ServerProcess(logLevel: "error")
            let port = server.port
            func bodies(_ text: WorstText) -> [WorstRequest] {
                WorstRequest.all("POST", "/api/logout/", fields: [], text, headers: "Accept: text/html\r\n")
                    .filter(\.hasBody)
            }
            // Two senders have both cores to do: how late that makes others depends on the machine, so it is compared with
            // as much harmless text, in turn. What else the machine does makes answers late, never early.
            var (worst, harmless) = (Double.infinity, Double.infinity)
            for _ in 0..<5 where worst >= max(0.05, 2 * harmless) {
                harmless = min(harmless, try Self.lateness(port, beside: bodies(.harmless)))
                worst = min(worst, try Self.lateness(port, beside: bodies(.marks)))
            }
            figure("GET /healthz beside worst text, p99 over that beside harmless text", worst / harmless)
            #expect(worst < max(0.05, 2 * harmless), "\(worst) s beside worst text, \(harmless) s beside harmless")
            #expect(server.terminate() == .code(0))
        }

        /// - Returns: within how many seconds 99 of 100 probes of the process's health are answered.
        private static func lateness(_ port: UInt16, beside bodies: [WorstRequest]) throws -> Double {
            let end = Deadline(3)
            let outcome = try parallel(3) { column -> (times: Distribution, sent: Int) in
                let client = WireClient(port: port)
                var (times, sent) = (Distribution(), 0)
                while !end.passed {
                    if column == 0 {
                        let start = ContinuousClock.now
                        #expect(try client.exchange(WireRequest("GET", "/healthz")).status == 200)
                        times.add(seconds(since: start))
                        pause(0.005)
                    } else {
                        let request = bodies[sent % bodies.count]
                        _ = try client.exchange(request.bytes, method: request.method)
                        sent += 1
                    }
                }
                return (times, sent)
            }
            figure("worst texts: bodies of 64 KiB in 3 s", outcome.reduce(0) { $0 + $1.sent })
            let times = try #require(outcome.first { $0.sent == 0 }).times
            times.print("GET /healthz beside the worst bodies")
            return times.quantile(0.99)
        }

        private static func cost(of request: WorstRequest, _ client: WireClient, _ clock: ProcessorTime) throws
            -> Double
        {
            // The connection is made before, where the last request has ended it.
            _ = try client.exchange(WireRequest("GET", "/healthz"))
            let before = clock.seconds
            do {
                let answer = try client.exchange(request.bytes, method: request.method)
                #expect(answer.status < 500, "\(request.place): \(answer)")
            } catch let error as WireError {
                guard case .closed(partial: false) = error else { throw error }
            }
            return clock.seconds - before
        }
    }
}

extension JSONValue {
    /// Of an object; else null.
    fileprivate subscript(key: String) -> JSONValue {
        guard case .object(let object) = self else { return .null }
        return object[key] ?? .null
    }

    fileprivate var members: [(key: String, value: JSONValue)] {
        guard case .object(let object) = self else { return [] }
        return object.members.map { ($0.key, $0.value) }
    }

    fileprivate var string: String { if case .string(let string) = self { string.text } else { "" } }
}
