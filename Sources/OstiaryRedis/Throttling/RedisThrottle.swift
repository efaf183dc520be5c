// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OstiaryCore
import Synchronization

/// Budgets that all nodes share. While Redis does not answer in time, the budgets of this node are in force.
package final class RedisThrottle: Throttle {
    private let client: RedisClient
    private let local: LocalThrottle
    private let prefix: String
    private let logger: Logger
    /// The error of the last call; nil if it reached the shared budgets.
    private let trouble = Mutex<RedisError?>(nil)

    /// The longest time that a request waits for Redis.
    private let patience: Duration

    /// - Parameters:
    ///   - client: a client for budgets only, since a late reply ends the connection.
    ///   - local: the budgets of this node, for the time without Redis.
    ///   - prefix: the prefix of the keys, which must not be that of tracked keys.
    ///   - patience: the longest time that a request waits for an answer.
    package init(
        client: RedisClient, local: LocalThrottle, prefix: String = "ostiary:throttle:", logger: Logger,
        patience: Duration = .milliseconds(100)
    ) {
        self.client = client
        self.local = local
        self.prefix = prefix
        self.logger = logger
        self.patience = patience
    }

    package func take(_ budgets: [Budget]) async -> Throttled? {
        switch await shared({ () throws(RedisError) in try await run(budgets) }) {
        case .refused(let throttled): return throttled
        case .taken:
            // Taken here too, so that the budgets of this node are up to date when Redis is lost.
            _ = local.take(budgets)
            return nil
        case nil: return local.take(budgets)
        }
    }

    package func clear(_ keys: [BudgetKey]) async {
        local.clear(keys)
        _ = await shared { () throws(RedisError) in
            try await client.send(["DEL"] + keys.map { TakeScript.key($0, prefix: prefix) }, deadline: patience)
        }
    }

    /// True while the budgets are shared, for the report of readiness.
    package var isShared: Bool {
        guard case .connected = client.state else { return false }
        return trouble.withLock { $0 == nil }
    }

    private func run(_ budgets: [Budget]) async throws(RedisError) -> TakeScript.Reply {
        let arguments = TakeScript.arguments(budgets, prefix: prefix)
        let answer = try await TakeScript.script.run(arguments, on: client, deadline: patience)
        guard let reply = TakeScript.reply(answer, to: budgets) else { throw RedisError(.protocolViolation) }
        return reply
    }

    /// Calls Redis, and logs each change of the error.
    /// - Returns: nil if Redis could not be reached.
    private func shared<Value: Sendable>(_ call: () async throws(RedisError) -> Value) async -> Value? {
        var failure: RedisError?
        var value: Value?
        do throws(RedisError) { value = try await call() } catch { failure = error }
        let before = trouble.withLock { trouble in
            defer { trouble = failure }
            return trouble
        }
        switch (before?.code, failure?.code) {
        case (nil, let code?):
            logger.warning("budgets are this node's own", metadata: ["reason": "\(code.text)"])
        case (_?, nil): logger.info("budgets are shared again")
        default: break
        }
        return value
    }
}
