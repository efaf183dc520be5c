// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
public import Logging
import NIOCore
public import NIOPosix
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// One connection to a Redis server, kept open while ``run()`` runs and shared by everyone who sends. The gauge
/// `ostiary_redis_connected` is 1 while it is open, one for each ``RedisOptions/use``.
///
/// Each command has exactly one reply: no `SUBSCRIBE`, `MONITOR` or `CLIENT REPLY`; and nothing that changes or blocks
/// the connection for the others: no `SELECT`, `MULTI`, `WATCH` or `BLPOP`.
public final class RedisClient: Service, Sendable {
    private struct Shared {
        var state = RedisState.disconnected(RedisError(.notConnected))
        var connection: RedisConnection?
        /// What was told since the last connection, so that an outage is not told with every attempt.
        var told: Set<RedisError.Code> = []
        /// Whether one of ``RedisError/Code/isSilence`` was: how a server is not there differs between attempts.
        var toldSilence = false
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
    ///   - eventLoopGroup: must outlive ``run()``.
    ///   - prefix: start of the keys whose changes are to be told; nil for none.
    ///   - onEvent: called from an event loop, in order; it must not block.
    /// - Throws: ``RedisError`` with `tlsFailed` when the trusted certificates cannot be read.
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
        gauge = Gauge(label: "ostiary_redis_connected", dimensions: [("use", options.use)])
        self.onEvent = onEvent
        gauge.record(0)
    }

    /// Whether commands can be sent now.
    public var state: RedisState { shared.withLock { $0.state } }

    /// Keeps a connection open until graceful shutdown or cancellation. To be called once.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.stayConnected() }
        disconnected(RedisError(.notConnected))
    }

    /// Sends a command and waits for its reply, at most until the deadline. Without a connection it fails at once.
    /// Cancellation of the task does not end the wait.
    /// - Parameters:
    ///   - command: its name and arguments.
    ///   - deadline: from now. When it passes, the connection is given up and made anew.
    /// - Throws: ``RedisError``; an error reply of the server too. After `timedOut` and `connectionClosed` the command
    ///   may have been carried out or not.
    package func send(
        _ command: [[UInt8]], deadline: Duration = .milliseconds(500)
    ) async throws(RedisError) -> RESPValue {
        let (connection, state) = shared.withLock { ($0.connection, $0.state) }
        guard let connection else { throw RedisError(state == .loading ? .loading : .notConnected) }
        guard command.first?.isEmpty == false else { throw RedisError(.invalidCommand) }
        return try await connection.send(RESPEncoder.encode(command), deadline: .now() + TimeAmount(clamped: deadline))
    }

    /// The same with text, sent as UTF-8.
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

    /// - Returns: why there is no connection, or why it ended.
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
            guard reason.code.isSilence else { return shared.told.insert(reason.code).inserted }
            defer { shared.toldSilence = true }
            return !shared.toldSilence
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
        // A server that hangs does not say goodbye either.
        configuration.shutdownTimeout = .milliseconds(500)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw RedisError(.tlsFailed, detail: "the trusted certificates cannot be read")
        }
    }
}
