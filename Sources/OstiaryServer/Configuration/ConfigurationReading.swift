// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiaryRedis
import OstiarySQL

/// The place from which a value of the configuration comes.
package enum ConfigurationSource: Sendable, Equatable {
    case flag
    /// - Parameter name: the name of the environment variable.
    case variable(_ name: String)
    /// A file that a variable names.
    case variableFile(_ name: String, path: String)
    /// The file of `--config`.
    case file(path: String)
    case `default`
}

/// The configuration as flags, environment and file give it. Each file is read once.
package struct ConfigurationReading: Sendable {
    let layers: ConfigurationLayers
    let known: [AnySetting]

    /// - Parameters:
    ///   - flags: the values given on the command line.
    ///   - environment: all environment variables of the process.
    ///   - features: the features of an application, whose settings a variable may pin, too.
    package init(flags: [ConfigurationKey: String], environment: [String: String], features: [Feature]) {
        known = (Feature.all + features).knownSettings
        layers = ConfigurationLayers(flags: flags, environment: environment, known: known)
    }

    private init(_ layers: ConfigurationLayers, known: [AnySetting]) {
        self.layers = layers
        self.known = known
    }

    /// The reading as if nobody had given a value to some keys.
    func leavingOut(_ keys: Set<ConfigurationKey>) -> ConfigurationReading {
        ConfigurationReading(layers.leavingOut(keys), known: known)
    }

    /// The format of log lines, even if other values are malformed.
    package var logFormat: LogFormat { layers.value(.logFormat).flatMap { LogFormat(rawValue: $0.text) } ?? .text }

    /// Faults that do not keep a server from starting.
    package var warnings: [String] { layers.warnings }

    /// A key with its value in force.
    package struct Row: Sendable, Equatable {
        package let key: ConfigurationKey
        /// The value as it was given, or the default in words. Secrets are masked.
        package let value: String
        package let source: ConfigurationSource
    }

    /// All keys in the order of the documentation. A malformed value is shown as it was given.
    package var rows: [Row] {
        let configuration = try? ServerConfiguration(self)
        return ConfigurationKey.all.map { key in
            guard let value = layers.value(key) else {
                return Row(key: key, value: configuration?.defaultText(of: key) ?? key.defaultText, source: .default)
            }
            return Row(key: key, value: key.isSecret ? Self.masked(value.text) : value.text, source: value.source)
        }
    }

    /// A URL without its password; all other secrets are masked as a whole.
    private static func masked(_ text: String) -> String {
        if text.hasBytePrefix("sqlite:") { return text }
        if let postgres = try? PostgresURL(text) { return "\(postgres)" }
        if let redis = try? RedisEndpoint(text) { return "\(redis)" }
        return "********"
    }
}

extension ServerConfiguration {
    /// The default of a key that hangs on other keys; nil for all others.
    fileprivate func defaultText(of key: ConfigurationKey) -> String? {
        switch (key, database) {
        case (.databaseURL, .sqlite(let path)): "sqlite:\(path)"
        case (.settingsStore, _): SettingsPlace(settingsStore).kind
        default: nil
        }
    }
}
