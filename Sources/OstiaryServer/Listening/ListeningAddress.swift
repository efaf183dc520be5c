// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore

/// The address that a server listens on.
public enum ListeningAddress: Sendable, Equatable, CustomStringConvertible {
    /// A host and a port.
    case network(ServerAddress)
    /// A unix socket, and the mode of its file.
    case unixSocket(path: String, mode: UInt32)

    /// The text before the path of a socket.
    static let scheme = "unix:"
    /// The greatest length of a socket's path in bytes: `sun_path` (unix(7)) without its terminating NUL.
    static let maximumPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// The port; nil for a unix socket.
    public var port: Int? {
        if case .network(let address) = self { address.port } else { nil }
    }

    /// True if only this machine reaches the address.
    var isLoopback: Bool {
        if case .network(let address) = self { ServerAddress.isLoopback(address.host) } else { true }
    }

    /// The address with the port that a socket was bound to; a unix socket has none.
    func bound(to port: Int?) -> ListeningAddress {
        guard case .network(let address) = self, let port else { return self }
        return .network(ServerAddress(host: address.host, port: port))
    }

    /// The path of the socket; nil for a host and a port.
    public var socketPath: String? {
        if case .unixSocket(let path, _) = self { path } else { nil }
    }

    /// The address as `host:port`, or `unix:` and the path.
    public var description: String {
        switch self {
        case .network(let address): address.description
        case .unixSocket(let path, _): Self.scheme + path
        }
    }

    /// The path of a socket.
    /// - Parameter text: the text of the configuration.
    /// - Returns: nil if the text names a host.
    /// - Throws: ``Fault`` if no socket can have the path.
    static func socketPath(of text: String) throws(Fault) -> String? {
        guard text.hasBytePrefix(scheme) else { return nil }
        let path = String(decoding: text.utf8.dropFirst(scheme.utf8.count), as: UTF8.self)
        guard !path.isEmpty, !path.utf8.contains(0) else { throw Fault(description: "there is no path behind unix:") }
        guard path.utf8.count <= maximumPath else {
            throw Fault(
                description: """
                    the path of a unix socket has at most \(maximumPath) bytes, this one has \(path.utf8.count): choose \
                    a shorter one, such as unix:/run/ostiary/ostiary.sock
                    """)
        }
        return path
    }

    /// The reason why a text names no socket.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }
}

extension ServerAddress {
    /// True for a host that only this machine reaches. Names other than `localhost` are not looked up.
    static func isLoopback(_ host: String) -> Bool {
        guard let address = IPAddress(host) else { return host == "localhost" }
        return address.description == "::1" || (!address.isIPv6 && Network(address).isLoopback)
    }
}
