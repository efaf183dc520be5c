// SPDX-License-Identifier: Apache-2.0

/// A key of the boot configuration. Its flag, environment variable, key in the file, help text, row in the
/// documentation and error messages are made from this value.
public struct ConfigurationKey: Sendable, Hashable {
    /// The key in the file; the flag is the key behind two hyphens.
    public let name: String
    /// The default in words, for the help text and the documentation.
    public let defaultText: String
    /// A sentence about the value, without its full stop.
    public let help: String
    /// The requirement for a value; error messages put it behind "must be".
    let expected: String
    /// True if the value must not be shown.
    let isSecret: Bool
    /// The page of the documentation about the key, relative to `docs/operating`; nil for none.
    public let page: String?
    /// A value for the sample of a configuration file: the default, if that is one. Empty for keys of a server's own.
    let example: String

    init(
        _ name: String, default defaultText: String, _ help: String, expected: String, isSecret: Bool = false,
        page: String? = nil, example: String? = nil
    ) {
        self.example = example ?? defaultText
        self.name = name
        self.defaultText = defaultText
        self.help = help
        self.expected = expected
        self.isSecret = isSecret
        self.page = page
    }

    /// True if both keys have the same name.
    public static func == (left: ConfigurationKey, right: ConfigurationKey) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The flag: the name behind two hyphens.
    public var flag: String { "--" + name }

    /// The environment variable: `OSTIARY_` and the name in capitals, with underscores for hyphens.
    public var variable: String {
        "OSTIARY_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The help text of the flag, with the variable and the default.
    public var flagHelp: String { "\(help) (\(variable), \(defaultText))." }
}

extension ConfigurationKey {
    /// The file with further values.
    public static let config = ConfigurationKey(
        "config", default: "none",
        "A JSON file with the names of the flags as keys",
        expected: "a path"
    )
    /// The address to listen on.
    public static let host = ConfigurationKey(
        "host", default: "127.0.0.1",
        "The address to listen on, or unix:PATH for a unix socket",
        expected: "a host name, an address or unix:PATH", page: "behind-a-proxy.md#a-unix-socket"
    )
    /// The port to listen on.
    public static let port = ConfigurationKey(
        "port", default: "8000",
        "The port to listen on; 0 takes a free one",
        expected: "a port, 0…65535"
    )
    /// The mode of the unix socket.
    public static let socketMode = ConfigurationKey(
        "socket-mode", default: "660",
        "The mode of the unix socket in octal digits: whoever may write to it may connect",
        expected: "a mode of three octal digits that lets its owner read and write",
        page: "behind-a-proxy.md#a-unix-socket"
    )
    /// The directory of the database and the generated secrets.
    public static let dataDir = ConfigurationKey(
        "data-dir", default: "./data",
        "The directory of the database and the generated keys, created with mode 0700",
        expected: "a path"
    )
    /// The database.
    public static let databaseURL = ConfigurationKey(
        "database-url", default: "in the data directory",
        "sqlite:PATH, or postgres://user:password@host:port/database",
        expected: "sqlite:PATH or postgres://user:password@host:port/database", isSecret: true, page: "postgresql.md",
        example: "postgres://ostiary@db.example.com/ostiary?sslmode=verify-full"
    )
    /// The greatest number of connections to PostgreSQL.
    public static let databaseConnections = ConfigurationKey(
        "database-connections", default: "8",
        "The maximum number of connections to PostgreSQL, plus one for changes",
        expected: "a number, 1…100", page: "postgresql.md"
    )
    /// The number of passwords that are hashed at once.
    public static let hashThreads = ConfigurationKey(
        "hash-threads", default: "one per core",
        "The number of passwords hashed at once; each takes 19 MiB",
        expected: "a number, 1…256", page: "../features/passwords.md",
        example: "4"
    )
    /// The key that signs access tokens.
    public static let secretKey = ConfigurationKey(
        "secret-key", default: "made in the data directory",
        "The key that signs access tokens; at least 32 bytes",
        expected: "at least 32 bytes long", isSecret: true, page: "../features/tokens.md",
        example: ""
    )
    /// The secret from which all keys but the signing key derive.
    public static let rootSecret = ConfigurationKey(
        "root-secret", default: "made in the data directory, else the secret key",
        "The secret for everything but tokens: rate limits, page forms, audit digests; at least 32 bytes",
        expected: "at least 32 bytes long", isSecret: true, page: "many-machines.md",
        example: ""
    )
    /// The root secret of before, for `ostiary keys rewrap`.
    public static let rootSecretPrevious = ConfigurationKey(
        "root-secret-previous", default: "none",
        "The root secret of before, under which ostiary keys rewrap opens the private keys",
        expected: "at least 32 bytes long", isSecret: true, page: "../features/keys.md#the-root-secret",
        example: ""
    )
    /// The store of the dynamic settings.
    public static let settingsStore = ConfigurationKey(
        "settings-store", default: "redis where its URL is given, else database",
        "The store of the dynamic settings: redis, database or constance-table",
        expected: "one of redis, database, constance-table", page: "../features/settings.md#where-they-are-kept",
        example: "database"
    )
    /// The Redis server for settings and budgets.
    public static let redisURL = ConfigurationKey(
        "redis-url", default: "none",
        "For settings and budgets: redis://[user:password@]host:port/db, rediss://… for TLS, unix:///path?db=0",
        expected: "a URL of Redis", isSecret: true, page: "../features/settings.md#on-redis-shared-with-django",
        example: "redis://localhost:6379/0"
    )
    /// The prefix of the settings' keys on Redis.
    public static let redisPrefix = ConfigurationKey(
        "redis-prefix", default: "constance:",
        "The prefix of each setting's name on Redis",
        expected: "at most 200 bytes long"
    )
    /// The lowest level of log lines.
    public static let logLevel = ConfigurationKey(
        "log-level", default: "info",
        "trace, debug, info, notice, warning, error or critical",
        expected: "one of trace, debug, info, notice, warning, error, critical"
    )
    /// The format of log lines.
    public static let logFormat = ConfigurationKey(
        "log-format", default: "text",
        "text or json, on standard error",
        expected: "one of text, json"
    )
    /// The part of clients' addresses that log lines show.
    public static let logAddresses = ConfigurationKey(
        "log-addresses", default: "full",
        "The part of clients' addresses that log lines show: full, network or none",
        expected: "full, network or none", page: "../features/audit.md#the-log-and-metrics"
    )
    /// The switch of the access log.
    public static let accessLog = ConfigurationKey(
        "access-log", default: "off",
        "on to log a line for each request at info; off logs it at debug",
        expected: "on or off", page: "watch-it.md#logs"
    )
    /// The number of the operator's proxies that each request passes.
    public static let trustedHops = ConfigurationKey(
        "trusted-hops", default: "0",
        "The number of your proxies that each request passes",
        expected: "a number, 0…16", page: "behind-a-proxy.md"
    )
    /// The greatest number of concurrent connections of one network.
    public static let connectionsPerNetwork = ConfigurationKey(
        "connections-per-network", default: "1000",
        "The maximum number of connections per network; 0 for no limit",
        expected: "a number, 0…1000000", page: "#limits"
    )
    /// The URL under which clients reach the server.
    public static let publicURL = ConfigurationKey(
        "public-url", default: "none",
        "The URL under which clients reach the server, perhaps with a path; the iss of its tokens",
        expected: "an http or https URL, such as https://example.com or https://example.com/id",
        page: "behind-a-proxy.md#under-a-path",
        example: "https://id.example.com"
    )
    /// The switch of all rate limits.
    public static let throttling = ConfigurationKey(
        "throttling", default: "on",
        "on; or off, for benchmarks and tests, to limit nothing",
        expected: "on or off", page: "../features/throttling.md"
    )
    /// The visitors who get pages.
    public static let browsableAPI = ConfigurationKey(
        "browsable-api", default: "on",
        "Pages for browsers: on, staff or off",
        expected: "on, staff or off", page: "../features/browsing.md"
    )
    /// The administration.
    public static let admin = ConfigurationKey(
        "admin", default: "on",
        "The administration under /admin/ and /api/admin/: on, off, or insecure to serve its pages over plain http",
        expected: "on, off or insecure", page: "../features/admin.md"
    )
    /// The certificate chain for TLS.
    public static let tlsCert = ConfigurationKey(
        "tls-cert", default: "plain http",
        "A PEM file with the certificate chain, to speak https without a proxy",
        expected: "a path", page: "install.md#tls",
        example: "/etc/ostiary/certificate.pem"
    )
    /// The private key for TLS.
    public static let tlsKey = ConfigurationKey(
        "tls-key", default: "none",
        "A PEM file with the certificate's private key",
        expected: "a path", page: "install.md#tls",
        example: "/etc/ostiary/key.pem"
    )
    /// The origins whose pages may read answers (CORS, Fetch §3.2).
    public static let corsOrigin = ConfigurationKey(
        "cors-origin", default: "none",
        "An origin whose pages may read answers; repeatable, separated by commas in the variable",
        expected: "origins separated by commas", page: "../features/cors.md",
        example: "https://app.example.com"
    )
    /// The origins of applications on other hosts, in which the gate lets browsers log in.
    public static let gateOrigin = ConfigurationKey(
        "gate-origin", default: "none",
        "An origin of an application behind the gate on another host; repeatable, separated by commas in the variable",
        expected: "origins separated by commas", page: "../features/gate.md#on-another-host",
        example: "https://app.example.com"
    )
    /// The value of `Remote-User` in the gate's answers.
    public static let gateRemoteUser = ConfigurationKey(
        "gate-remote-user", default: "off",
        "The Remote-User of the gate: email, id, or off for an empty one",
        expected: "off, email or id", page: "../features/gate.md"
    )
    /// The address that serves metrics.
    public static let metricsAddress = ConfigurationKey(
        "metrics-address", default: "off",
        "The host:port that serves Prometheus metrics at /metrics",
        expected: "host:port", page: "../metrics.md",
        example: "127.0.0.1:9464"
    )

    /// The way on which messages leave the server.
    public static let mailURL = ConfigurationKey(
        "mail-url", default: "no mail",
        "For mail: smtp://user:password@host (STARTTLS), smtps://…, sendmail:/path, file:/folder or console:",
        expected: "a URL of a mail server", isSecret: true, page: "../features/mail.md",
        example: "smtp://ostiary:password@mail.example.com:587"
    )
    /// The author of messages.
    public static let mailFrom = ConfigurationKey(
        "mail-from", default: "none",
        "The author of messages: Name <address>, or an address",
        expected: "Name <address>, or an address", page: "../features/mail.md",
        example: "Example <no-reply@example.com>"
    )
    /// The folder of an operator's own templates.
    public static let mailTemplates = ConfigurationKey(
        "mail-templates", default: "none",
        "A folder with templates that take the place of built-in ones",
        expected: "a path", page: "../features/mail-templates.md",
        example: "/etc/ostiary/mail"
    )
    /// The page that proves an address.
    public static let linkVerify = link("verify", "proves an address or completes a registration")
    /// The page that sets a new password.
    public static let linkReset = link("reset", "sets a new password")
    /// The page that changes an address.
    public static let linkChange = link("change", "changes an address or undoes that")
    /// The page that logs in.
    public static let linkLogin = link("login", "logs in by mail")

    private static func link(_ name: String, _ effect: String) -> ConfigurationKey {
        ConfigurationKey(
            "link-" + name, default: "a page of the server",
            "The page of an application that \(effect), with {token} in its URL",
            expected: "an https URL with {token}", page: "../features/mail.md#links",
            example: "https://app.example.com/\(name)#{token}")
    }

    /// All keys in the order of the documentation.
    public static let all: [ConfigurationKey] = [
        config, host, port, socketMode, dataDir, databaseURL, databaseConnections, hashThreads, secretKey, rootSecret,
        rootSecretPrevious, passwordHasher, userTable, legacyRefreshTable, legacyTokens, userChanges, userDefault,
        settingsStore, redisURL,
        redisPrefix, logLevel, logFormat, logAddresses, accessLog, trustedHops,
        connectionsPerNetwork, publicURL, throttling, browsableAPI, admin, tlsCert, tlsKey, corsOrigin,
        gateOrigin, gateRemoteUser, metricsAddress,
        mailURL, mailFrom, mailTemplates, linkVerify, linkReset, linkChange, linkLogin,
    ]
}
