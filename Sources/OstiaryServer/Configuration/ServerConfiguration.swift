// SPDX-License-Identifier: Apache-2.0

package import Logging
package import OstiaryCore
package import OstiaryHTTP
package import OstiaryPostgres
package import OstiaryRedis

/// What a server is told when it starts, read once: flags before environment before file.
public struct ServerConfiguration: Sendable {
    package var host: String
    package var port: Int
    /// Holds the database and the generated key unless told otherwise.
    package var dataDirectory: String
    package var database: DatabaseLocation
    /// The most connections to PostgreSQL, beside the one of the change feed.
    package var databaseConnections: Int
    /// How many passwords are hashed at once; nil for as many as there are processor cores.
    package var hashThreads: Int?
    /// Where dynamic settings are kept.
    package var settingsStore: SettingsLocation
    /// Where the budgets are that limit logins and other requests.
    package var throttling: ThrottlingLocation
    /// Whom browsers get pages for.
    package var browsableAPI: BrowsableAPIAudience
    /// The signing key as configured; nil to use the one in the data directory.
    package var secretKey: SecretText?
    /// The secret that everything hangs on which is not a token; nil for that of the data directory, or the signing key.
    package var rootSecret: SecretText?
    /// Whether access tokens without session are accepted, which a Django service signed with the same key.
    package var acceptsLegacyTokens: Bool
    package var logLevel: Logger.Level
    package var logFormat: LogFormat
    /// How much of clients' addresses audit lines tell.
    package var logAddresses: AuditLog.Addresses
    /// How many proxies of the operator's each request passes.
    package var trustedHops: Int
    /// The most connections of one network at a time; nil for no limit.
    package var connectionsPerNetwork: Int?
    /// Under which address clients know the server; the `iss` of its tokens.
    package var publicURL: String?
    /// Whose pages may read answers in browsers.
    package var corsOrigins: [Origin]
    /// Where Prometheus text is served; nil for nowhere.
    package var metricsAddress: ServerAddress?
    /// The server's own certificate; nil to speak plain HTTP.
    package var certificate: CertificateFiles?
    /// Values of dynamic settings that the environment pins.
    package var pinnedSettings: [String: String]
    /// What was noticed but does not keep the server from starting.
    package var warnings: [String]

    /// Whether browsers come by https, to this server or to a proxy in front.
    var isReachedByHTTPS: Bool { certificate != nil || publicURL?.hasBytePrefix("https://") == true }
}

package enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

public struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// - Parameter text: `host:port`, `[v6]:port`.
    /// - Returns: nil unless both are there and the port is a port.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.isEmpty else { return nil }
        self.init(host: host, port: port)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Where the data is.
package enum DatabaseLocation: Sendable, Equatable {
    case sqlite(path: String)
    case postgres(PostgresURL)
}

/// Where dynamic settings are.
package enum SettingsLocation: Sendable, Equatable {
    case database
    case constanceTable
    case redis(RedisEndpoint, prefix: String)
}

/// Where the budgets of throttling are.
package enum ThrottlingLocation: Sendable, Equatable {
    /// Nothing is limited.
    case off
    /// Each process has its own.
    case process
    /// All nodes share them.
    case redis(RedisEndpoint)
}

/// Whom the API has pages for.
package enum BrowsableAPIAudience: String, Sendable, CaseIterable {
    case on, staff, off
}

/// A text that does not print itself.
package struct SecretText: Sendable, CustomStringConvertible, CustomReflectable {
    public let reveal: String

    public init(_ text: String) { self.reveal = text }

    public var description: String { "(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
