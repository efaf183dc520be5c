// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
public import NIOCore

/// A request context that knows the client's address, by which Ostiary counts logins. An application's own context
/// works too if it conforms to `RemoteAddressRequestContext`; without an address all clients share one budget.
public struct AddressedRequestContext: RequestContext, RemoteAddressRequestContext {
    /// Hummingbird's part of the context.
    public var coreContext: CoreRequestContextStorage
    /// The other end of the connection; nil if it is not known.
    public let remoteAddress: SocketAddress?

    /// - Parameter source: the channel of the request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
