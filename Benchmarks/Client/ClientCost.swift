// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import OstiaryClient

/// `OstiaryClientCost SERVER FILE REQUESTS`: sends as many requests for `/api/me/` by the client as by AsyncHTTPClient alone, in
/// turns, by one task and by eight. Prints the ratio of the times, which is the median of those of many short turns, since
/// other programs disturb them, and processor time, which others disturb less.
@main
struct ClientCost {
    private static let rounds = 200

    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 4, let count = Int(words[3]), count >= rounds else { exit(64) }
        let client = try OstiaryClient(words[1], storage: .file(words[2]))
        let (email, password) = ("cost-\(UInt64.random(in: 0...UInt64.max))@mail.example", "securepassword")
        _ = try await client.register(email: email, password: password)
        try await client.login(email: email, password: password)

        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.read = .seconds(10)
        let bare = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var request = HTTPClientRequest(url: words[1] + "/api/me/")
        request.headers.add(name: "Authorization", value: "Bearer \(try await client.accessToken())")
        // What the client adds, too.
        request.headers.add(name: "Accept", value: "application/json, application/problem+json")
        request.headers.add(name: "User-Agent", value: "OstiaryClient")
        let prepared = request

        let byTransport: @Sendable () async throws -> Void = {
            let answer = try await bare.execute(prepared, timeout: .seconds(10))
            let body = try await answer.body.collect(upTo: 1 << 20)
            guard answer.status == .ok, body.readableBytes > 0 else { throw Refused() }
        }
        let byClient: @Sendable () async throws -> Void = {
            let answer = try await client.send(.get("/api/me/"))
            guard answer.status == 200, !answer.body.isEmpty else { throw Refused() }
        }
        let each = count / rounds
        for tasks in [1, 8] {
            _ = try await (cost(of: byTransport, each, tasks), cost(of: byClient, each, tasks))
            var (ratios, transport, whole): ([Double], [Cost], [Cost]) = ([], [], [])
            for round in 0..<rounds {
                // Each goes first as often as the other.
                let isFirst = round.isMultiple(of: 2)
                if isFirst { whole.append(try await cost(of: byClient, each, tasks)) }
                transport.append(try await cost(of: byTransport, each, tasks))
                if !isFirst { whole.append(try await cost(of: byClient, each, tasks)) }
                ratios.append(whole[round].time / transport[round].time)
            }
            let ratio = ratios.sorted()[rounds / 2]
            let processor = (transport.reduce(0) { $0 + $1.processor }, whole.reduce(0) { $0 + $1.processor })
            print(
                "\(tasks) tasks: ratio of the times \(rounded(ratio)); processor time",
                "\(rounded(processor.0 / Double(each * rounds))) µs by AsyncHTTPClient alone,",
                "\(rounded(processor.1 / Double(each * rounds))) µs by the client, ratio",
                rounded(processor.1 / processor.0))
        }
        try await bare.shutdown()
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
