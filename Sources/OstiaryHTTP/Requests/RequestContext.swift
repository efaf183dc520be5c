public import Hummingbird
import NIOCore

/// What a connection tells about a request.
public struct OstiaryRequestContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The other end of the connection; nil in tests without one.
    let peer: String?

    public init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.peer = source.channel.remoteAddress?.ipAddress
    }
}
