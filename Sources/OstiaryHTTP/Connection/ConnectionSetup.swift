// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import NIOHTTP1
import OstiaryCore

/// Turns accepted channels into connections: adds SwiftNIO's HTTP/1.1 decoder and an ``HTTPConnection`` behind it.
package struct ConnectionSetup: Sendable {
    private let responder: any Responder
    private let crowd: Crowd
    private let isSecure: Bool
    private let limits: ConnectionLimits

    /// - Parameters:
    ///   - crowd: bounds the connections and the memory of bodies.
    ///   - isSecure: true if this server itself speaks TLS with the client.
    ///   - limits: the time limits of each connection.
    package init(
        _ responder: any Responder, crowd: Crowd = Crowd(), isSecure: Bool = false,
        limits: ConnectionLimits = .usual
    ) {
        self.limits = limits
        self.responder = responder
        self.crowd = crowd
        self.isSecure = isSecure
    }

    /// Adds the handlers to the channel, or closes the channel if its network has reached the limit of connections.
    /// Must be called on the channel's event loop.
    package func install(on channel: any Channel) throws {
        let network = channel.remoteAddress?.ipAddress.flatMap(IPAddress.init).flatMap(Self.counted)
        guard crowd.enter(network) else { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [crowd] _ in crowd.leave(network) }
        // One small read per turn: a packet of pipelined requests is answered before any other connection has its turn.
        // A connection also keeps the largest buffer that it has read into.
        try channel.syncOptions?.setOption(
            .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 2_048))
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        var sizes = NIOHTTPDecoderLimitConfiguration()
        sizes.maxHeaderFieldSize = 16 * 1_024
        sizes.maxHeaderListSize = 32 * 1_024
        // Each look at a field walks the list of all.
        sizes.maxHeaderFieldCount = 100
        let decoder = HTTPRequestDecoder(limitConfiguration: sizes)
        try HTTPConnection(responder: responder, crowd: crowd, isSecure: isSecure, limits: limits).install(
            behind: ByteToMessageHandler(decoder, maximumBufferSize: 64 * 1_024), in: channel.pipeline)
    }

    /// - Returns: the network that is counted; nil for loopback addresses, since a proxy may connect from there.
    private static func counted(_ address: IPAddress) -> Network? {
        let network = Network(address)
        return network.isLoopback ? nil : network
    }
}
