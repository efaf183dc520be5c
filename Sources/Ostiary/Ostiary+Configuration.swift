// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryHTTP
import OstiaryServer

extension Ostiary.Options {
    /// The boot configuration, read as if an operator had given it, so that the same faults are found.
    /// - Throws: ``ConfigurationError``, ``StartError``.
    func configuration(_ database: Ostiary.Database, _ secret: Ostiary.Secret) throws -> ServerConfiguration {
        var keys: [ConfigurationKey: String] = [
            .browsableAPI: pages ? "on" : "off", .admin: administration ? "on" : "off",
            .trustedHops: "\(trustedProxies)", .legacyTokens: acceptsLegacyTokens ? "on" : "off",
            .gateRemoteUser: gateRemoteUser.rawValue,
        ]
        switch database {
        case .sqlite(let path):
            keys[.databaseURL] = "sqlite:\(path)"
            keys[.dataDir] = path.containingDirectory
        case .postgres(let url): keys[.databaseURL] = url
        }
        switch secret {
        case .text(let text): keys[.secretKey] = text
        case .file(let path):
            var made: String?
            if case .sqlite(let path) = database { made = path }
            keys[.secretKey] = try SecretPlace(path).text(madeWith: made)
        }
        keys[.publicURL] = publicURL
        keys[.hashThreads] = hashingThreads.map { "\($0)" }
        keys[.databaseConnections] = databaseConnections.map { "\($0)" }
        if !corsOrigins.isEmpty { keys[.corsOrigin] = corsOrigins.joined(separator: ",") }
        if !gateOrigins.isEmpty { keys[.gateOrigin] = gateOrigins.joined(separator: ",") }
        if let mail {
            // A transport of the application takes the place of any URL.
            keys[.mailURL] = mail.url ?? "file:/transport-of-the-application"
            keys[.mailFrom] = mail.sender
        }
        var redis: [String] = []
        switch settingsStore {
        case .database: keys[.settingsStore] = "database"
        case .constanceTable: keys[.settingsStore] = "constance-table"
        case .redis(let url, let prefix):
            keys[.settingsStore] = "redis"
            keys[.redisPrefix] = prefix
            redis.append(url)
        }
        switch throttling {
        case .memory: break
        case .redis(let url): redis.append(url)
        case .off: keys[.throttling] = "off"
        }
        guard Set(redis).count < 2 else {
            throw ConfigurationError(["settings and budgets must have the same Redis server"])
        }
        keys[.redisURL] = redis.first
        let pins = Dictionary(uniqueKeysWithValues: pinnedSettings.map { ("OSTIARY_" + $0.key, $0.value) })
        var configuration = try ServerConfiguration(flags: keys, environment: pins, features: features)
        if case .memory = throttling { configuration.throttling = .process }
        return configuration
    }
}
