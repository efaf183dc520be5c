// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore

/// The kind of store that holds the dynamic settings.
package enum SettingsStoreKind: String, Sendable, CaseIterable {
    case redis
    case database
    case constanceTable = "constance-table"
}

/// The configured settings store, and the way in which a process learns of its changes.
enum SettingsAccess {
    /// The change feed reports changes.
    case database
    /// Django writes to the table and reports no changes.
    case constanceTable
    /// The connection reports changes.
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

    /// Records the success of a reading for the readiness check: after a failure the last known values are in force.
    func noteReading(succeeded: Bool) {
        if case .redis(let redis) = self { redis.noteReading(succeeded: succeeded) }
    }
}
