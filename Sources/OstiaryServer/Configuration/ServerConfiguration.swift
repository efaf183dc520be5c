// SPDX-License-Identifier: Apache-2.0

public import Logging
public import OstiaryCore
public import OstiaryHTTP
public import OstiaryPostgres
public import OstiaryRedis

/// What a server is told when it starts, read once: flags before environment before file.
public struct ServerConfiguration: Sendable {
    public var host: String
    public var port: Int
    /// Holds the database and the generated key unless told otherwise.
    public var dataDirectory: String
    public var database: DatabaseLocation
    /// The most connections to PostgreSQL, beside the one of the change feed.
    public var databaseConnections: Int
    /// How many passwords are hashed at once; nil for as many as there are processor cores.
    public var hashThreads: Int?
    /// Where dynamic settings are kept.
    public var settingsStore: SettingsLocation
    /// Where the budgets are that limit logins and other requests.
    public var throttling: ThrottlingLocation
    /// Whom browsers get pages for.
    public var browsableAPI: BrowsableAPIAudience
    /// The signing key as configured; nil to use the one in the data directory.
    public var secretKey: SecretText?
    /// The secret that everything hangs on which is not a token; nil for that of the data directory, or the signing key.
    public var rootSecret: SecretText?
    /// Whether access tokens without session are accepted, which a Django service signed with the same key.
    public var acceptsLegacyTokens: Bool
    public var logLevel: Logger.Level
    public var logFormat: LogFormat
    /// How much of clients' addresses audit lines tell.
    public var logAddresses: AuditLog.Addresses
    /// How many proxies of the operator's each request passes.
    public var trustedHops: Int
    /// The most connections of one network at a time; nil for no limit.
    public var connectionsPerNetwork: Int?
    /// Under which address clients know the server; the `iss` of its tokens.
    public var publicURL: String?
    /// Whose pages may read answers in browsers.
    public var corsOrigins: [Origin]
    /// Where Prometheus text is served; nil for nowhere.
    public var metricsAddress: SocketAddress?
    /// The server's own certificate; nil to speak plain HTTP.
    public var certificate: CertificateFiles?
    /// Values of dynamic settings that the environment pins.
    public var pinnedSettings: [String: String]
    /// What was noticed but does not keep the server from starting.
    public var warnings: [String]

    /// Whether browsers come by https, to this server or to a proxy in front.
    var isReachedByHTTPS: Bool { certificate != nil || publicURL?.hasBytePrefix("https://") == true }
}

public enum LogFormat: String, Sendable, CaseIterable {
    case text, json
}

public struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
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
public enum DatabaseLocation: Sendable, Equatable {
    case sqlite(path: String)
    case postgres(PostgresURL)
}

/// Where dynamic settings are.
public enum SettingsLocation: Sendable, Equatable {
    case database
    case constanceTable
    case redis(RedisEndpoint, prefix: String)
}

/// Where the budgets of throttling are.
public enum ThrottlingLocation: Sendable, Equatable {
    /// Nothing is limited.
    case off
    /// Each process has its own.
    case process
    /// All nodes share them.
    case redis(RedisEndpoint)
}

/// Whom the API has pages for.
public enum BrowsableAPIAudience: String, Sendable, CaseIterable {
    case on, staff, off
}

/// A text that does not print itself.
public struct SecretText: Sendable, CustomStringConvertible, CustomReflectable {
    public let reveal: String

    public init(_ text: String) { self.reveal = text }

    public var description: String { "(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
