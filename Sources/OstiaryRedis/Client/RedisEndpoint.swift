// SPDX-License-Identifier: Apache-2.0

/// The address of a Redis server, with user, password and database.
///
/// Read from `redis://[user:password@]host[:port][/database]`, `rediss://…` for TLS, and
/// `unix:///path[?db=n&password=…]` (also `redis+unix://`). User and password are percent-encoded (RFC 3986 §2.1).
public struct RedisEndpoint: Sendable, Equatable {
    enum Address: Sendable, Equatable {
        case tcp(host: String, port: Int, isTLS: Bool)
        case unix(path: String)
    }

    struct Credentials: Sendable, Equatable {
        /// nil for the server's default user.
        var user: String?
        var password: String
    }

    let address: Address
    let credentials: Credentials?
    /// The number of the database.
    public let database: Int

    /// The endpoint without user and password.
    public var anonymous: RedisEndpoint { RedisEndpoint(address: address, credentials: nil, database: database) }
}

/// The fault in the text of a ``RedisEndpoint``. It never quotes the text, which may hold a password.
public struct RedisEndpointError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A short text for the operator, such as `the port must be a number, 1…65535`.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension RedisEndpoint: CustomStringConvertible, CustomReflectable {
    /// The endpoint as a URL with `***` for the password.
    public var description: String {
        let login = credentials.map { "\($0.user ?? ""):***@" } ?? ""
        switch address {
        case .tcp(let host, let port, let isTLS):
            let host = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
            return "\(isTLS ? "rediss" : "redis")://\(login)\(host):\(port)/\(database)"
        case .unix(let path):
            return "unix://\(login)\(path)?db=\(database)"
        }
    }

    /// The URL without the password, which `dump` would show otherwise.
    public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
