// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
public import NIOCore

/// A context of requests that knows the client's address, by which Ostiary counts logins. A context of an application's own
/// does as well, if it conforms to `RemoteAddressRequestContext`; without an address all clients share one budget.
public struct AddressedRequestContext: RequestContext, RemoteAddressRequestContext {
    public var coreContext: CoreRequestContextStorage
    public let remoteAddress: SocketAddress?

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
