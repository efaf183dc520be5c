// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import OstiaryHTTP
import ServiceLifecycle

/// Hummingbird's listener on an address; Ostiary handles its connections (docs/adr/0006-connections.md).
enum Listener {
    /// - Parameters:
    ///   - tls: the TLS configuration; nil for plain text.
    ///   - connections: the greatest number of connections; nil for no limit.
    ///   - group: the event loops that serve the connections.
    ///   - onStart: called once the address is bound.
    /// - Throws: an error of the certificate.
    static func service(
        at address: ListeningAddress, _ setup: ConnectionSetup, tls: TLSConfiguration? = nil,
        connections: (any AvailableConnectionsDelegate)? = nil, group: MultiThreadedEventLoopGroup = .singleton,
        logger: Logger,
        onStart: @escaping @Sendable (any Channel) async -> Void
    ) throws -> any Service {
        let channel = ConnectionChannel(setup: setup)
        let binding: BindAddress =
            switch address {
            case .network(let address): .hostname(address.host, port: address.port)
            case .unixSocket(let path, _): .unixDomainSocket(path: path)
            }
        let configuration = HummingbirdCore.ServerConfiguration(
            address: binding, backlog: 1_024,
            availableConnectionsDelegate: connections)
        let pauses = AcceptPauses(logger: logger)
        func service(_ channel: some ServerChildChannel) -> any Service {
            channel.server(
                configuration: configuration,
                onServerRunning: {
                    await AcceptFaults.handle(on: $0, pauses)
                    await onStart($0)
                },
                eventLoopGroup: group, logger: logger)
        }
        guard let tls else { return service(channel) }
        return service(try TLSChannel(channel, tlsConfiguration: tls))
    }
}

/// Sets up the channels that Hummingbird's listener accepts.
private struct ConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let setup: ConnectionSetup

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try setup.install(on: channel)
            return Value(channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
