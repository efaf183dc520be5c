// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
public import NIOCore
public import OstiaryCore

/// A request context that knows the client's address, by which Ostiary counts logins, and the caller's identity. An
/// application's own context works too if it conforms to ``IdentifiedRequestContext`` and `RemoteAddressRequestContext`;
/// without an address all clients share one budget.
public struct AddressedRequestContext: IdentifiedRequestContext, RemoteAddressRequestContext {
    /// Hummingbird's part of the context.
    public var coreContext: CoreRequestContextStorage
    /// The other end of the connection; nil if it is not known.
    public let remoteAddress: SocketAddress?
    /// The caller, as ``IdentityMiddleware`` has proven it.
    public var identity: Identity?

    /// - Parameter source: the channel of the request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
