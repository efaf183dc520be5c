// SPDX-License-Identifier: Apache-2.0

public import Hummingbird
import NIOCore

/// What a connection tells about a request.
public struct OstiaryRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The other end of the connection; nil in tests without one.
    private let remote: SocketAddress?

    public init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.remote = source.channel.remoteAddress
    }

    /// Its address, without the port.
    var peer: String? { remote?.ipAddress }
}
