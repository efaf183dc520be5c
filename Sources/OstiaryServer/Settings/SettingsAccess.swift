// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore

/// Which store holds the dynamic settings.
package enum SettingsStoreKind: String, Sendable, CaseIterable {
    case redis
    case database
    case constanceTable = "constance-table"
}

/// The configured settings store and how a process learns of its changes.
enum SettingsAccess {
    /// Tells through the change feed.
    case database
    /// Django writes into it and tells nobody.
    case constanceTable
    /// Tells through its connection.
    case redis(RedisSettings)

    init(
        _ configuration: ServerConfiguration, known: [AnySetting], journal: any SettingsJournal, notices: ReloadNotices,
        logger: Logger
    ) throws(StartError) {
        switch configuration.settingsStore {
        case .database: self = .database
        case .constanceTable: self = .constanceTable
        case .redis(let endpoint, let prefix):
            self = .redis(
                try RedisSettings(
                    endpoint: endpoint, prefix: prefix, known: known, journal: journal, notices: notices,
                    logger: logger
                )
            )
        }
    }

    var needsPolling: Bool {
        switch self {
        case .database: false
        case .constanceTable: true
        case .redis(let redis): redis.needsPolling
        }
    }

    var canBeRead: Bool {
        if case .redis(let redis) = self { redis.isConnected } else { true }
    }

    /// For readiness: values that cannot be read are the last known ones.
    func noteReading(succeeded: Bool) {
        if case .redis(let redis) = self { redis.noteReading(succeeded: succeeded) }
    }
}
