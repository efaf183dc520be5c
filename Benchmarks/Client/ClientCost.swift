// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import OstiaryClient

/// `OstiaryClientCost SERVER FILE REQUESTS`: sends as many requests for `/api/me/` by the client as by AsyncHTTPClient alone, in
/// turns, by one task and by eight. Prints the ratio of the times, the geometric mean of those of many short turns, and
/// processor time, which other programs disturb less.
@main
struct ClientCost {
    /// Each pair has connections of its own: how these fall to the threads of the server can double a time.
    private static let pairs = 40
    private static let rounds = 10

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 4, let count = Int(words[3]), count >= pairs * rounds * 8 else { exit(64) }
        NIOSingletons.groupLoopCountSuggestion = 1
        let client = try OstiaryClient(words[1], storage: .file(words[2]))
        let (email, password) = ("cost-\(UInt64.random(in: 0...UInt64.max))@mail.example", "securepassword")
        _ = try await client.register(email: email, password: password)
        try await client.login(email: email, password: password)
        var request = HTTPClientRequest(url: words[1] + "/api/me/")
        request.headers.add(name: "Authorization", value: "Bearer \(try await client.accessToken())")
        // What the client adds, too.
        request.headers.add(name: "Accept", value: "application/json, application/problem+json")
        request.headers.add(name: "User-Agent", value: "OstiaryClient")

        for tasks in [1, 8] {
            let each = count / pairs / rounds / tasks * tasks
            var costs: [(transport: Cost, client: Cost)] = []
            for number in 0..<pairs {
                costs += try await pair(words[1], words[2], request, each, tasks, number.isMultiple(of: 2))
            }
            // Of a connection to the slower thread and its contrary this mean is that of neither.
            let ratio = exp(costs.reduce(0) { $0 + log($1.client.time / $1.transport.time) } / Double(costs.count))
            let transport = costs.reduce(0) { $0 + $1.transport.processor } / Double(each * costs.count)
            let client = costs.reduce(0) { $0 + $1.client.processor } / Double(each * costs.count)
            print(
                "\(tasks) tasks: ratio of the times \(rounded(ratio)); processor time \(rounded(transport)) µs by",
                "AsyncHTTPClient alone, \(rounded(client)) µs by the client, ratio \(rounded(client / transport))")
        }
    }

    private static func pair(
        _ server: String, _ file: String, _ request: HTTPClientRequest, _ count: Int, _ tasks: Int,
        _ isClientFirst: Bool
    ) async throws -> [(transport: Cost, client: Cost)] {
        let client = try OstiaryClient(server, storage: .file(file))
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.read = .seconds(10)
        let bare = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let byTransport: @Sendable () async throws -> Void = {
            let answer = try await bare.execute(request, timeout: .seconds(10))
            let body = try await answer.body.collect(upTo: 1 << 20)
            guard answer.status == .ok, body.readableBytes > 0 else { throw Refused() }
        }
        let byClient: @Sendable () async throws -> Void = {
            let answer = try await client.send(.get("/api/me/"))
            guard answer.status == 200, !answer.body.isEmpty else { throw Refused() }
        }
        // The server gives connections to its threads in turns.
        for body in isClientFirst ? [byClient, byTransport] : [byTransport, byClient] {
            _ = try await cost(of: body, tasks * 2, tasks)
        }
        var costs: [(transport: Cost, client: Cost)] = []
        for round in 0..<rounds {
            // Each goes first as often as the other.
            let first = round.isMultiple(of: 2) ? try await cost(of: byClient, count, tasks) : nil
            let transport = try await cost(of: byTransport, count, tasks)
            if let first {
                costs.append((transport, first))
            } else {
                costs.append((transport, try await cost(of: byClient, count, tasks)))
            }
        }
        try await bare.shutdown()
        return costs
    }

    private struct Cost {
        let time: Duration
        /// Microseconds of this process.
        let processor: Double
    }

    private static func cost(
        of body: @escaping @Sendable () async throws -> Void, _ count: Int, _ tasks: Int
    ) async throws -> Cost {
        let (start, before) = (ContinuousClock.now, processor)
        try await withThrowingTaskGroup { group in
            for _ in 0..<tasks {
                group.addTask { for _ in 0..<count / tasks { try await body() } }
            }
            try await group.waitForAll()
        }
        return Cost(time: .now - start, processor: processor - before)
    }

    private static var processor: Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        let (user, system) = (usage.ru_utime, usage.ru_stime)
        return Double(user.tv_sec + system.tv_sec) * 1_000_000 + Double(user.tv_usec + system.tv_usec)
    }

    private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }

    private struct Refused: Error {}
}
