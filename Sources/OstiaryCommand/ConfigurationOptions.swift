// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import FoundationEssentials
import Logging
import OstiaryCore
import OstiaryServer

/// The flags that all commands share: the place of the data, and the log.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: .key(.config))
    var config: String?

    @Option(name: .long, help: .key(.dataDir))
    var dataDir: String?

    @Option(name: .long, help: .key(.databaseURL))
    var databaseURL: String?

    @Option(name: .long, help: .key(.settingsStore))
    var settingsStore: String?

    @Option(name: .long, help: .key(.redisURL))
    var redisURL: String?

    @Option(name: .long, help: .key(.redisPrefix))
    var redisPrefix: String?

    @Option(name: .long, help: .key(.logLevel))
    var logLevel: String?

    @Option(name: .long, help: .key(.logFormat))
    var logFormat: String?

    @OptionGroup(title: "Beside Django") var adoption: AdoptionOptions

    private enum CodingKeys: String, CodingKey {
        case config, dataDir, databaseURL, settingsStore, redisURL, redisPrefix, logLevel, logFormat, adoption
    }

    var values: [ConfigurationKey: String] {
        var values: [ConfigurationKey: String] = [:]
        values[.config] = config
        values[.dataDir] = dataDir
        values[.databaseURL] = databaseURL
        values[.settingsStore] = settingsStore
        values[.redisURL] = redisURL
        values[.redisPrefix] = redisPrefix
        values[.logLevel] = logLevel
        values[.logFormat] = logFormat
        return values.merging(adoption.values) { _, new in new }
    }

    /// - Parameter more: the values of the command's own flags.
    func reading(_ more: [ConfigurationKey: String] = [:]) -> ConfigurationReading {
        ConfigurationReading(
            flags: values.merging(more) { _, new in new }, environment: ProcessInfo.processInfo.environment,
            features: OstiaryCommand.features
        )
    }

    /// Opens the storage, runs the work and closes the storage. Failures become one clear text and an exit code.
    /// - Parameters:
    ///   - flags: the values of the command's own flags.
    ///   - creates: true to create an installation if there is none.
    ///   - migrated: true to require that no migration is pending.
    func withInstallation(
        _ flags: [ConfigurationKey: String] = [:], creates: Bool = false, migrated: Bool = true,
        _ work: (Installation) async throws -> Void
    ) async throws {
        try await reportingFailures {
            let configuration = try ServerConfiguration(reading(flags))
            for warning in configuration.warnings { Terminal.complain("Warning: \(warning)") }
            var logger = Logger(label: "ostiary") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .error
            let installation = try Installation(
                configuration, features: OstiaryCommand.features, creates: creates, logger: logger)
            defer { installation.close() }
            if migrated { try await installation.requireMigrated() }
            try await work(installation)
        }
    }
}

extension Installation {
    /// ``withSettings(onTrouble:_:)`` with warnings on standard error.
    func withSettings(_ work: (DynamicSettings) async throws -> Void) async throws {
        try await withSettings(onTrouble: { Terminal.complain("Warning: \($0)") }, work)
    }

    /// The configured minimum length of passwords, in code points.
    func minimumPasswordLength() async throws -> Int {
        var length = 0
        try await withSettings { length = $0.snapshot[.passwordMinimumLength] }
        return length
    }
}

extension ArgumentHelp {
    /// The help text of a configuration key's flag.
    static func key(_ key: ConfigurationKey) -> ArgumentHelp { ArgumentHelp(key.flagHelp) }
}
