// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
public import Logging
import NIOCore
public import NIOPosix
import NIOSSL
import OstiaryCore
public import ServiceLifecycle
import Synchronization

/// A connection to a Redis server, kept open by ``run()`` and shared by all callers. The gauge
/// `ostiary_redis_connected`, one for each ``RedisOptions/use``, is 1 while it is open.
///
/// A command must have exactly one reply (no `SUBSCRIBE`, `MONITOR` or `CLIENT REPLY`), and must not change or block
/// the connection for other callers (no `SELECT`, `MULTI`, `WATCH` or `BLPOP`).
public final class RedisClient: Service, Sendable {
    private struct Shared {
        var state = RedisState.disconnected(RedisError(.notConnected))
        var connection: RedisConnection?
        /// The errors reported since the last connection, so that an outage is not reported with every attempt.
        var reported: Set<RedisError.Code> = []
        /// True if an error of ``RedisError/Code/isSilence`` was reported: those alternate while a server is away.
        var reportedSilence = false
    }

    private let endpoint: RedisEndpoint
    private let trackedPrefix: String?
    private let options: RedisOptions
    private let group: MultiThreadedEventLoopGroup
    private let tls: NIOSSLContext?
    private let logger: Logger
    private let gauge: Gauge
    private let onEvent: @Sendable (RedisEvent) -> Void
    private let shared = Mutex(Shared())

    /// - Parameters:
    ///   - endpoint: the server.
    ///   - eventLoopGroup: the event loops, which must outlive ``run()``.
    ///   - prefix: the prefix of the keys whose changes are reported; nil for none.
    ///   - options: the bounds of times and queues.
    ///   - logger: receives lines about the connection.
    ///   - onEvent: called on an event loop, in order; must not block.
    /// - Throws: ``RedisError`` with `tlsFailed` if the trusted certificates cannot be read.
    public init(
        endpoint: RedisEndpoint, eventLoopGroup: MultiThreadedEventLoopGroup = .singleton,
        tracking prefix: String? = nil, options: RedisOptions = RedisOptions(), logger: Logger,
        onEvent: @escaping @Sendable (RedisEvent) -> Void
    ) throws(RedisError) {
        self.endpoint = endpoint
        trackedPrefix = prefix
        self.options = options
        group = eventLoopGroup
        tls = try Self.tls(for: endpoint.address, options: options)
        var logger = logger
        logger[metadataKey: "redis"] = "\(endpoint)"
        logger[metadataKey: "use"] = "\(options.use)"
        self.logger = logger
        gauge = Metric.redisConnected.gauge(options.use)
        self.onEvent = onEvent
        gauge.record(0)
    }

    /// The state of the connection.
    public var state: RedisState { shared.withLock { $0.state } }

    /// Keeps a connection open until graceful shutdown or cancellation. Must be called once.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.stayConnected() }
        disconnected(RedisError(.notConnected))
    }

    /// Sends a command and waits for its reply until the deadline. Without a connection it fails at once. Cancellation
    /// of the task does not end the wait.
    /// - Parameters:
    ///   - command: the name and the arguments.
    ///   - deadline: the longest wait. After it the connection is closed and opened again.
    /// - Throws: ``RedisError``, also for an error reply of the server. After `timedOut` and `connectionClosed` the
    ///   command may have been executed.
    package func send(
        _ command: [[UInt8]], deadline: Duration = .milliseconds(500)
    ) async throws(RedisError) -> RESPValue {
        let (connection, state) = shared.withLock { ($0.connection, $0.state) }
        guard let connection else { throw RedisError(state == .loading ? .loading : .notConnected) }
        guard command.first?.isEmpty == false else { throw RedisError(.invalidCommand) }
        return try await connection.send(RESPEncoder.encode(command), deadline: .now() + TimeAmount(clamped: deadline))
    }

    /// Sends a command of texts in UTF-8; see the other method of this name.
    package func send(
        _ command: [String], deadline: Duration = .milliseconds(500)
    ) async throws(RedisError) -> RESPValue {
        try await send(command.map { Array($0.utf8) }, deadline: deadline)
    }

    private func stayConnected() async {
        var backoff = RedisBackoff(shortest: options.shortestPause, longest: options.longestPause)
        while !Task.isCancelled {
            let start = ContinuousClock.now
            let reason = await attempt()
            if Task.isCancelled { return }
            disconnected(reason)
            let lasted = start.duration(to: .now)
            let pause = backoff.next(afterAttemptOf: lasted, jitter: Double.random(in: 0.5...1))
            try? await Task.sleep(for: pause)
        }
    }

    /// - Returns: the reason why there is no connection, or why it ended.
    private func attempt() async -> RedisError {
        let handshake = RedisHandshake(
            endpoint: endpoint, trackedPrefix: trackedPrefix, clientName: options.clientName
        )
        do throws(RedisError) {
            let connection = try await RedisConnection.open(
                endpoint.address, tls: tls, handshake: handshake, options: options, group: group,
                notify: { self.received($0) }
            )
            return await connection.end()
        } catch {
            return error
        }
    }

    private func received(_ notice: RedisChannelHandler.Notice) {
        switch notice {
        case .ready(let connection, let tracking): connected(connection, tracking: tracking)
        case .invalidated(let keys): onEvent(.invalidated(keys: keys))
        case .lost(let reason): disconnected(reason)
        }
    }

    private func connected(_ connection: RedisConnection, tracking: Bool) {
        shared.withLock { $0 = Shared(state: .connected(tracking: tracking), connection: connection) }
        gauge.record(1)
        let isUntracked = trackedPrefix != nil && !tracking
        logger.log(level: isUntracked ? .warning : .info, "redis connected", metadata: ["tracking": "\(tracking)"])
        onEvent(.connected(tracking: tracking))
    }

    private func disconnected(_ reason: RedisError) {
        let isNews = shared.withLock { shared in
            shared.connection = nil
            shared.state = reason.code == .loading ? .loading : .disconnected(reason)
            guard reason.code.isSilence else { return shared.reported.insert(reason.code).inserted }
            defer { shared.reportedSilence = true }
            return !shared.reportedSilence
        }
        guard isNews else { return }
        gauge.record(0)
        let isWanted = reason.code == .notConnected
        logger.log(level: isWanted ? .info : .warning, "redis disconnected", metadata: ["reason": "\(reason)"])
        onEvent(.disconnected(reason))
    }

    private static func tls(
        for address: RedisEndpoint.Address, options: RedisOptions
    ) throws(RedisError) -> NIOSSLContext? {
        guard case .tcp(_, _, isTLS: true) = address else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .fullVerification
        if let file = options.trustRootsFile { configuration.trustRoots = .file(file) }
        // A server that hangs does not answer the close of TLS either.
        configuration.shutdownTimeout = .milliseconds(500)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw RedisError(.tlsFailed, detail: "the trusted certificates cannot be read")
        }
    }
}
