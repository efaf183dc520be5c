import Logging
import OstiaryCore

/// Which store holds the dynamic settings.
public enum SettingsStoreKind: String, Sendable, CaseIterable {
    case redis
    case database
    case constanceTable = "constance-table"
}

/// The configured settings store and how a process follows it.
enum SettingsAccess {
    case database
    case constanceTable
    case redis(RedisSettings)

    init(_ configuration: ServerConfiguration, journal: any SettingsJournal, logger: Logger) throws(StartError) {
        switch configuration.settingsStore {
        case .database: self = .database
        case .constanceTable: self = .constanceTable
        case .redis(let endpoint, let prefix):
            self = .redis(
                try RedisSettings(endpoint: endpoint, prefix: prefix, journal: journal, logger: logger)
            )
        }
    }
}
