// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import OstiaryTestSupport
import Synchronization

@testable import OstiaryRedis

/// A client that runs for the time of a test, and what it told.
final class ClientOnRedis: Sendable {
    let client: RedisClient
    private let told: Recorder

    private final class Recorder: Sendable {
        let events = Mutex<[RedisEvent]>([])
    }

    private init(_ url: String, tracking: String?, options: RedisOptions) throws {
        let told = Recorder()
        self.told = told
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        client = try RedisClient(endpoint: RedisEndpoint(url), tracking: tracking, options: options, logger: logger) {
            event in told.events.withLock { $0.append(event) }
        }
    }

    var events: [RedisEvent] { told.events.withLock { $0 } }

    /// Runs a client, the test on it, and ends the client.
    static func run(
        _ url: String, tracking: String? = nil, options: RedisOptions = RedisOptions(),
        _ test: (ClientOnRedis) async throws -> Void
    ) async throws {
        let running = try ClientOnRedis(url, tracking: tracking, options: options)
        // The threads of all tasks may be busy with other tests for longer than anybody here waits.
        let executor = try ThreadExecutor()
        defer { executor.stop() }
        let task = Task(executorPreference: executor) { try await running.client.run() }
        do {
            try await test(running)
        } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        try await task.value
    }

    /// Waits until the state is another; seconds that it took.
    @discardableResult
    func waits(_ limit: Double = 10, for isReached: (RedisState) -> Bool) throws -> Double {
        let start = ContinuousClock.now
        let reached: Bool? = waitUntil(limit, every: 1_000) { isReached(client.state) ? true : nil }
        guard reached == true else { throw Failure("still \(client.state)") }
        return seconds(since: start)
    }

    @discardableResult
    func connected(_ limit: Double = 10) throws -> Double {
        try waits(limit) { if case .connected = $0 { true } else { false } }
    }

    @discardableResult
    func disconnected(_ limit: Double = 10) throws -> Double {
        try waits(limit) { if case .connected = $0 { false } else { true } }
    }
}
