// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiaryRedis
import OstiarySQL

extension SettingsPlace {
    init(_ location: SettingsLocation) {
        switch location {
        case .database: self.init(kind: SettingsStoreKind.database.rawValue)
        case .constanceTable: self.init(kind: SettingsStoreKind.constanceTable.rawValue)
        case .redis(let endpoint, let prefix):
            self.init(kind: SettingsStoreKind.redis.rawValue, url: endpoint.anonymous.description, prefix: prefix)
        }
    }

    /// True if both may be one place, judged by the names that stay alike: one server can have several addresses.
    func isAlike(_ other: SettingsPlace) -> Bool {
        kind == other.kind && prefix == other.prefix && endpoint?.database == other.endpoint?.database
    }

    private var endpoint: RedisEndpoint? { url.flatMap { try? RedisEndpoint($0) } }

    /// The place in words.
    var text: String {
        switch SettingsStoreKind(rawValue: kind) {
        case .redis: "Redis at \(url ?? "?"), keys \(prefix ?? "")*"
        case .constanceTable: "Django's constance table"
        case .database, nil: "the database"
        }
    }

    /// The options that make a command use the place.
    fileprivate var remedy: String {
        switch SettingsStoreKind(rawValue: kind) {
        case .redis:
            "give it OSTIARY_REDIS_URL and OSTIARY_REDIS_PREFIX (--redis-url, --redis-prefix) as the servers have them"
        case .constanceTable: "give it OSTIARY_SETTINGS_STORE=constance-table (--settings-store)"
        case .database, nil: "give it OSTIARY_SETTINGS_STORE=database (--settings-store), or no OSTIARY_REDIS_URL"
        }
    }
}

extension StartError {
    static func otherSettings(own: SettingsPlace, servers: SettingsPlace) -> StartError {
        StartError(
            description: """
                The servers on this database keep their settings elsewhere: in \(servers.text).
                This command is configured for \(own.text), so nothing was done: \(servers.remedy).
                To move the settings, first start a server that is configured for the new place.
                """,
            exitCode: ConfigurationError.exitCode
        )
    }
}

extension Installation {
    /// Records in the database the place of this server's settings.
    /// - Throws: ``StoreUnavailable``.
    func recordSettingsPlace(logger: Logger) async throws {
        let own = SettingsPlace(configuration.settingsStore)
        let before = try await storage.settingsPlace.recorded()
        guard before != own else { return }
        try await storage.settingsPlace.record(own, at: now())
        guard let before else { return }
        logger.notice(
            "settings are kept elsewhere than by the server before",
            metadata: ["place": "\(own.text)", "before": "\(before.text)"]
        )
    }

    /// - Parameter onTrouble: called with a warning if the place has the same name but another address.
    /// - Throws: ``StartError`` if the servers on this database read their settings from another place.
    func requireSettingsOfServers(onTrouble: (String) -> Void) async throws {
        let own = SettingsPlace(configuration.settingsStore)
        guard let servers = try await storage.settingsPlace.recorded(), servers != own else { return }
        guard servers.isAlike(own) else { throw StartError.otherSettings(own: own, servers: servers) }
        onTrouble("the servers reach their settings as \(servers.text); here it is \(own.text).")
    }
}
