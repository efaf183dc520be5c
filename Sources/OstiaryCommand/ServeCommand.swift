// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CoreMetrics
import FoundationEssentials
import Glibc
import OstiaryCore
import OstiaryServer
import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Start the server.",
        discussion: """
            Each flag has an environment variable, and each variable has a variant that names a file: OSTIARY_PORT and \
            OSTIARY_PORT_FILE. Flags override variables, which override the file given with --config. \
            OSTIARY_<NAME> pins a dynamic setting.
            """,
        aliases: ["runserver"]
    )

    @Argument(
        help: "The address to listen on: address:port, a port, an address, or unix:PATH (default: 127.0.0.1:8000).")
    var address: String?

    @Flag(name: .long, help: "Do not apply pending migrations; refuse to start if there are any.")
    var noMigrate = false

    @Flag(
        name: .long,
        help: """
            For tests: a folder of its own, a free port and no throttling; one line of JSON tells the address, and the \
            server ends, and deletes the folder, with the process that has started it.
            """)
    var ephemeral = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
        guard ephemeral, options.dataDir != nil || options.databaseURL != nil else { return }
        throw ValidationError("--ephemeral has a folder of its own; leave out --data-dir and --database-url")
    }

    func run() async throws {
        ProcessMemory.forbidDumps()
        ProcessMemory.prepareHeaps()
        // Ignore SIGHUP until its handler is installed: its default action would end the process.
        signal(SIGHUP, SIG_IGN)
        let listening = Result { try address.map(Self.parts) ?? [:] }
        let given = server.values.merging((try? listening.get()) ?? [:]) { given, _ in given }
        let own = ephemeral ? Result { try Ephemeral() } : nil
        let ephemeral = try? own?.get()
        defer { ephemeral?.remove() }
        let reading = options.reading(ephemeral?.values(options.values.merging(given) { $1 }) ?? given)
        try await reportingFailures(in: reading.logFormat) {
            _ = try listening.get()
            _ = try own?.get()
            let configuration = try ServerConfiguration(reading)
            let metrics = configuration.metricsAddress.map { _ in PrometheusMetrics() }
            if let metrics { MetricsSystem.bootstrap(metrics) }
            let server = try Server(configuration, features: OstiaryCommand.features, metrics: metrics)
            let signals = Server.Signals(stop: [.sigterm, .sigint], reload: .sighup)
            ephemeral?.followParent()
            try await server.run(migrates: !noMigrate, signals: signals, manager: manager()) { started in
                if let ephemeral {
                    Terminal.show(ephemeral.line(started) + "\n")
                    return
                }
                let isTerminal = isatty(STDOUT_FILENO) == 1 && configuration.logFormat == .text
                let file = SetupLinkFile(in: configuration)
                if isTerminal { file.remove() } else { file.keep(started.setupLink) }
                // No banner for JSON: a program reads the output, and the server's own log has the same facts.
                if configuration.logFormat == .text {
                    Terminal.show(Banner.text(started, setupLink: isTerminal ? started.setupLink : nil))
                }
                ProcessMemory.releaseProgram()
            }
        }
    }

    /// A server starts without a manager, too.
    private func manager() -> ServiceManager? {
        do throws(ServiceManager.Failure) {
            return try ServiceManager(environment: ProcessInfo.processInfo.environment, process: getpid())
        } catch {
            Terminal.complain("Warning: \(error)")
            return nil
        }
    }

    private static func parts(of address: String) throws -> [ConfigurationKey: String] {
        if address.hasPrefix("unix:") { return [.host: address] }
        if let both = ServerAddress(address) { return [.host: both.host, .port: String(both.port)] }
        if address.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return [.port: address] }
        var host = address
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard !host.contains(":") || IPAddress(host) != nil else {
            throw ConfigurationError([
                "the address must be address:port, a port, an address such as 127.0.0.1 or ::1, or unix:PATH, not \"\(address)\""
            ])
        }
        return [.host: host]
    }
}

/// The text for a person who has just started a server.
enum Banner {
    /// - Parameter setupLink: the link that creates the first superuser; nil not to show it.
    static func text(_ started: Server.Started, setupLink: String?) -> String {
        let scheme = started.isSecure ? "https" : "http"
        let base = "\(scheme)://\(started.address.socketPath == nil ? "\(started.address)" : "localhost")"
        let curl = started.address.socketPath.map { "curl --unix-socket \($0)" } ?? "curl"
        let api = started.address.socketPath == nil ? base : "\(started.address)"
        let account = #"'{"email": "first@example.com", "password": "securepassword"}'"#
        let json = "-H 'Content-Type: application/json'"
        let metrics = started.metricsAddress.map { "\n  metrics   http://\($0)/metrics" } ?? ""
        let setup = setupLink.map {
            """

            Create the first superuser within 30 minutes, in a browser:

              \($0)

            """
        }
        return """

            Ostiary \(Version.text) is ready.

              API       \(api)
              health    \(api)/readyz\(metrics)
              database  \(started.database)

            Try it:

              \(curl) -X POST \(base)/api/register/ \(json) -d \(account)
              \(curl) -X POST \(base)/api/login/ \(json) -d \(account)
              \(curl) \(base)/api/me/ -H "Authorization: Bearer $ACCESS"
            \(setup ?? "")
            Stop the server with Ctrl-C.

            """
    }
}
