// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OstiaryCore
package import OstiaryHTTP
package import OstiaryPostgres
package import OstiaryRedis

/// The boot configuration of a server. It is read once: flags override the environment, which overrides the file.
public struct ServerConfiguration: Sendable {
    package var listening: ListeningAddress
    /// The directory of the generated secrets, and of the database unless `database` names another place.
    package var dataDirectory: String
    package var database: DatabaseLocation
    /// The greatest number of connections to PostgreSQL, without that of the change feed.
    package var databaseConnections: Int
    /// The number of passwords that are hashed at once; nil for one per processor core.
    package var hashThreads: Int?
    /// The place of the dynamic settings.
    package var settingsStore: SettingsLocation
    /// The place of the throttling budgets.
    package var throttling: ThrottlingLocation
    /// The visitors who get pages.
    package var browsableAPI: BrowsableAPIAudience
    /// The administration: its API and its pages.
    package var admin: AdminAccess
    /// The configured signing key; nil to use that of the data directory.
    package var secretKey: SecretText?
    /// The configured secret from which all keys but the signing key derive; nil to use that of the data directory, or
    /// the signing key.
    package var rootSecret: SecretText?
    /// The root secret of before; nil for none.
    package var rootSecretPrevious: SecretText?
    /// The form of new password hashes.
    package var hashing: HashingPolicy
    /// The tables of a Django service that the server uses; nil for its own.
    package var adoption: AdoptionConfiguration?
    /// True to accept access tokens without a session that a Django service signed with this signing key.
    package var acceptsLegacyTokens: Bool
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    /// The part of clients' addresses that log lines show.
    package var logAddresses: AuditLog.Addresses
    /// True to log a line for each request at `info`, false at `debug`.
    package var logsRequests: Bool
    /// The number of the operator's proxies that each request passes.
    package var trustedHops: Int
    /// The greatest number of concurrent connections of one network; nil for no limit.
    package var connectionsPerNetwork: Int?
    /// The URL under which clients reach the server, and the `iss` of its tokens; nil if it is not known.
    package var publicURL: PublicURL?
    /// The origins whose pages may read answers in browsers (CORS, Fetch §3.2).
    package var corsOrigins: [Origin]
    /// The origins of applications on other hosts, in which the gate lets browsers log in.
    package var gateOrigins: [Origin]
    /// The value of `Remote-User` in the gate's answers.
    package var gateRemoteUser: GateRemoteUser
    /// The address that serves metrics as Prometheus text; nil to serve none.
    package var metricsAddress: ServerAddress?
    /// The server's own certificate; nil for plain HTTP.
    package var certificate: CertificateFiles?
    /// The way on which messages leave the server; nil to send none.
    package var mail: MailConfiguration?
    /// The values of dynamic settings that the environment pins.
    package var pinnedSettings: [String: String]
    /// Faults that do not keep the server from starting.
    package var warnings: [String]

    /// The file of `--config`; nil if there is none.
    package var file: ConfigurationFile?

    /// True if browsers use https, to reach this server or a proxy in front of it.
    var isReachedByHTTPS: Bool { certificate != nil || publicURL?.isSecure == true }
}

/// The file that holds values of the configuration.
package struct ConfigurationFile: Sendable, Equatable {
    package var path: String
    /// True if the file holds a secret that is in force.
    package var holdsSecret: Bool
}

package enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

/// A host and a port.
public struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// A host name or an IP address, without brackets.
    public var host: String
    /// A port number; 0 stands for a free port when a server listens.
    public var port: Int

    /// - Parameters:
    ///   - host: a host name or an IP address, without brackets.
    ///   - port: a port number, 0…65535.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address. The result is nil unless the text has both a host and a port.
    /// - Parameter text: `host:port`, or `[address]:port` for IPv6.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            // An IPv6 address without a port: its last part must not be taken for one (RFC 3986 §3.2.2).
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: host, port: port)
    }

    /// The address as `host:port`, or `[address]:port` for IPv6.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// The place of the database.
package enum DatabaseLocation: Sendable, Equatable {
    case sqlite(path: String)
    case postgres(PostgresURL)
}

/// The place of the dynamic settings.
package enum SettingsLocation: Sendable, Equatable {
    case database
    case constanceTable
    case redis(RedisEndpoint, prefix: String)
}

/// The place of the throttling budgets.
package enum ThrottlingLocation: Sendable, Equatable {
    /// No place: nothing is limited.
    case off
    /// The memory of each process.
    case process
    /// A Redis server that all nodes share.
    case redis(RedisEndpoint)
}

/// The visitors who get pages.
package enum BrowsableAPIAudience: String, Sendable, CaseIterable {
    case on, staff, off
}

package enum AdminAccess: String, Sendable, CaseIterable {
    case on
    /// Its pages are served over plain http, too, from anywhere.
    case insecure
    case off
}

/// A secret text that prints as `(redacted)`.
package struct SecretText: Sendable, CustomStringConvertible, CustomReflectable {
    /// The text itself; it must not be logged.
    public let reveal: String

    /// - Parameter text: the secret text.
    public init(_ text: String) { self.reveal = text }

    public var description: String { "(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
