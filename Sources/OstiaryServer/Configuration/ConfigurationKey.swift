// SPDX-License-Identifier: Apache-2.0

/// A key of the boot configuration, by the one name that flag, environment and file share.
public enum ConfigurationKey: String, Sendable, CaseIterable {
    case config
    case host
    case port
    case dataDir = "data-dir"
    case databaseURL = "database-url"
    case databaseConnections = "database-connections"
    case hashThreads = "hash-threads"
    case secretKey = "secret-key"
    case rootSecret = "root-secret"
    case legacyTokens = "legacy-tokens"
    case logLevel = "log-level"
    case logFormat = "log-format"
    case logAddresses = "log-addresses"
    case trustedHops = "trusted-hops"
    case connectionsPerNetwork = "connections-per-network"
    case publicURL = "public-url"
    case corsOrigin = "cors-origin"
    case metricsAddress = "metrics-address"
    case redisURL = "redis-url"
    case redisPrefix = "redis-prefix"
    case settingsStore = "settings-store"
    case throttling
    case browsableAPI = "browsable-api"
    case tlsCert = "tls-cert"
    case tlsKey = "tls-key"

    /// Whether the value must not be shown.
    var isSecret: Bool { [.secretKey, .rootSecret, .redisURL, .databaseURL].contains(self) }

    public var flag: String { "--" + rawValue }

    /// `OSTIARY_` and the name in capitals.
    public var variable: String {
        "OSTIARY_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }
}

/// Everything that is wrong with a configuration, told at once.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public let problems: [String]

    public init(_ problems: [String]) { self.problems = problems }

    /// `EX_CONFIG` of sysexits.h
    public static let exitCode: Int32 = 78

    public var description: String {
        (["The configuration is not valid:"] + problems.map { "  - " + $0 }).joined(separator: "\n")
    }
}
