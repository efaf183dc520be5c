// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import OstiaryServer

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the API.",
        discussion: """
            Each flag is also an environment variable, and each variable can name a file instead: OSTIARY_PORT or \
            OSTIARY_PORT_FILE. Flags go before variables, variables before the file given with --config. \
            A dynamic setting is pinned by OSTIARY_<NAME>.
            """,
        aliases: ["runserver"]
    )

    @Argument(help: "Where to listen: address:port, a port, or an address (127.0.0.1:8000).")
    var address: String?

    @Option(name: .long, help: "The address to listen on (OSTIARY_HOST, 127.0.0.1).")
    var host: String?

    @Option(name: .long, help: "The port to listen on (OSTIARY_PORT, 8000).")
    var port: String?

    @Option(name: .long, help: "The most connections to PostgreSQL (OSTIARY_DATABASE_CONNECTIONS, 8).")
    var databaseConnections: String?

    @Option(name: .long, help: "How many passwords are hashed at once (OSTIARY_HASH_THREADS, one per core).")
    var hashThreads: String?

    @Option(
        name: .long,
        help: "Signs access tokens; at least 32 bytes (OSTIARY_SECRET_KEY, made in the data directory)."
    )
    var secretKey: String?

    @Option(
        name: .long,
        help: """
            Makes what is no token: names of budgets, forms, audit digests; at least 32 bytes (OSTIARY_ROOT_SECRET, made in \
            the data directory, else the secret key).
            """)
    var rootSecret: String?

    @Option(
        name: .long,
        help:
            "on to accept access tokens without session, which Django signed with the same key (OSTIARY_LEGACY_TOKENS, off)."
    )
    var legacyTokens: String?

    @Option(
        name: .long,
        help: "full, network or none: how much of clients' addresses audit lines tell (OSTIARY_LOG_ADDRESSES, full).")
    var logAddresses: String?

    @Option(name: .long, help: "How many proxies of yours each request passes (OSTIARY_TRUSTED_HOPS, 0).")
    var trustedHops: String?

    @Option(
        name: .long,
        help: "Connections of one network at a time; 0 for no limit (OSTIARY_CONNECTIONS_PER_NETWORK, 1000)."
    )
    var connectionsPerNetwork: String?

    @Option(name: .long, help: "Under which URL clients know this server (OSTIARY_PUBLIC_URL).")
    var publicURL: String?

    @Option(
        name: .long,
        help: "An origin whose pages may read answers, https://app.example; repeatable (OSTIARY_CORS_ORIGIN, none)."
    )
    var corsOrigin: [String] = []

    @Option(name: .long, help: "host:port for Prometheus text at /metrics (OSTIARY_METRICS_ADDRESS, off).")
    var metricsAddress: String?

    @Option(name: .long, help: "on, or off for benchmarks and tests: nothing is limited (OSTIARY_THROTTLING, on).")
    var throttling: String?

    @Option(
        name: .customLong("browsable-api"), help: "on, staff or off: pages for browsers (OSTIARY_BROWSABLE_API, on).")
    var browsableAPI: String?

    @Option(name: .long, help: "A PEM file with the certificate chain, to speak https (OSTIARY_TLS_CERT, plain http).")
    var tlsCert: String?

    @Option(name: .long, help: "A PEM file with the certificate's key (OSTIARY_TLS_KEY).")
    var tlsKey: String?

    @Flag(name: .long, help: "Do not apply pending migrations; refuse to start while there are any.")
    var noMigrate = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        ProcessMemory.forbidDumps()
        ProcessMemory.prepareHeaps()
        // Until somebody listens, the signal to read the certificate again must not end the process.
        let hangup = signal(SIGHUP, SIG_IGN)
        try await reportingFailures {
            var flags: [ConfigurationKey: String] = [:]
            if let address { flags = try Self.parts(of: address) }
            flags[.host] = host ?? flags[.host]
            flags[.port] = port ?? flags[.port]
            flags[.databaseConnections] = databaseConnections
            flags[.hashThreads] = hashThreads
            flags[.secretKey] = secretKey
            flags[.rootSecret] = rootSecret
            flags[.legacyTokens] = legacyTokens
            flags[.logAddresses] = logAddresses
            flags[.trustedHops] = trustedHops
            flags[.connectionsPerNetwork] = connectionsPerNetwork
            flags[.publicURL] = publicURL
            if !corsOrigin.isEmpty { flags[.corsOrigin] = corsOrigin.joined(separator: ",") }
            flags[.metricsAddress] = metricsAddress
            flags[.throttling] = throttling
            flags[.browsableAPI] = browsableAPI
            flags[.tlsCert] = tlsCert
            flags[.tlsKey] = tlsKey
            let configuration = try options.configuration(flags)
            if configuration.certificate == nil { signal(SIGHUP, hangup) }
            let server = try Server(configuration)
            try await server.run(migrates: !noMigrate) { started in
                // Whoever reads JSON is a program, which the server's own log tells the same.
                if configuration.logFormat == .text { Terminal.show(Banner.text(started)) }
                ProcessMemory.releaseProgram()
            }
        }
    }

    private static func parts(of address: String) throws -> [ConfigurationKey: String] {
        if let both = SocketAddress(address) { return [.host: both.host, .port: String(both.port)] }
        if address.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return [.port: address] }
        guard !address.contains(":") else {
            throw ConfigurationError(["the address must be address:port, not \"\(address)\""])
        }
        return [.host: address]
    }
}

/// What somebody sees who has just started a server.
enum Banner {
    static func text(_ started: Server.Started) -> String {
        let base = "\(started.isSecure ? "https" : "http")://\(started.address)"
        let account = #"'{"email": "first@example.com", "password": "securepassword"}'"#
        let json = "-H 'Content-Type: application/json'"
        let metrics = started.metricsAddress.map { "\n  metrics   http://\($0)/metrics" } ?? ""
        return """

            Ostiary \(Version.text) is ready.

              API       \(base)
              health    \(base)/readyz\(metrics)
              database  \(started.database)

            Try it:

              curl -X POST \(base)/api/register/ \(json) -d \(account)
              curl -X POST \(base)/api/login/ \(json) -d \(account)
              curl \(base)/api/me/ -H "Authorization: Bearer $ACCESS"

            Stop it with Ctrl-C.

            """
    }
}
