// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL

/// A handle of a connection, usable on any thread.
struct RedisConnection: Sendable {
    private let handler: NIOLoopBound<RedisChannelHandler>
    private let eventLoop: any EventLoop
    private let ended: EventLoopFuture<RedisError>

    /// Must be called on `eventLoop`.
    init(_ handler: RedisChannelHandler, eventLoop: any EventLoop, ended: EventLoopFuture<RedisError>) {
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.eventLoop = eventLoop
        self.ended = ended
    }

    /// Connects and begins the handshake, whose end is a notice.
    /// - Parameter tls: nil for a connection without TLS.
    static func open(
        _ address: RedisEndpoint.Address, tls: NIOSSLContext?, handshake: RedisHandshake, options: RedisOptions,
        group: MultiThreadedEventLoopGroup, notify: @escaping @Sendable (RedisChannelHandler.Notice) -> Void
    ) async throws(RedisError) -> RedisConnection {
        let timeout = TimeAmount(clamped: options.connectTimeout)
        let deadline = NIODeadline.now() + timeout
        let bootstrap = ClientBootstrap(group: group).connectTimeout(timeout)
        let initializer: @Sendable (any Channel) -> EventLoopFuture<RedisConnection> = { channel in
            channel.eventLoop.makeCompletedFuture {
                if let tls, case .tcp(let host, _, _) = address {
                    try channel.pipeline.syncOperations.addHandler(
                        NIOSSLClientHandler(context: tls, serverHostname: isIPAddress(host) ? nil : host)
                    )
                }
                let ended = channel.eventLoop.makePromise(of: RedisError.self)
                let handler = RedisChannelHandler(
                    handshake: handshake, options: options, deadline: deadline, ended: ended, notify: notify
                )
                try channel.pipeline.syncOperations.addHandler(handler)
                return RedisConnection(handler, eventLoop: channel.eventLoop, ended: ended.futureResult)
            }
        }
        do {
            switch address {
            case .unix(let path):
                return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: initializer)
            case .tcp(let host, let port, _):
                return try await bootstrap.channelOption(.socketOption(.so_keepalive), value: 1)
                    .connect(host: host, port: port, channelInitializer: initializer)
            }
        } catch {
            throw RedisError(connecting: error)
        }
    }

    /// - Parameters:
    ///   - command: the encoded command.
    ///   - deadline: the deadline of the answer.
    func send(_ command: [UInt8], deadline: NIODeadline) async throws(RedisError) -> RESPValue {
        let result = await withCheckedContinuation { answer in
            eventLoop.execute { handler.value.submit(command, deadline: deadline, answer: answer) }
        }
        return try result.get()
    }

    /// Waits for the end of the connection, and closes it when the task is cancelled.
    /// - Returns: the reason of the end.
    func end() async -> RedisError {
        await withTaskCancellationHandler {
            (try? await ended.get()) ?? RedisError(.connectionClosed)
        } onCancel: {
            eventLoop.execute { handler.value.close() }
        }
    }

    /// True for an IP address, which TLS does not take as a server name; NIOSSL compares it with the certificate
    /// itself.
    private static func isIPAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }
}
