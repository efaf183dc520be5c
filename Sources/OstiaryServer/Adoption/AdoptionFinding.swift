// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// A fault of a Django service's database that matters to a server on its tables, with the remedy.
package struct AdoptionFinding: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable {
        /// The tables cannot be used.
        case cannot
        /// A server would not start, or would fail for some of the accounts.
        case error
        case warning
    }

    /// A stable code, for scripts.
    package enum Code: String, Sendable, CaseIterable {
        case unreadableDatabase = "unreadable_database"
        case noUserTable = "no_user_table"
        case severalUserTables = "several_user_tables"
        case noIntegerKey = "no_integer_key"
        case missingColumn = "missing_column"
        case wrongType = "wrong_type"
        case noDefault = "no_default"
        case unknownDefault = "unknown_default"
        case noRefreshTable = "no_refresh_table"
        case noKey = "no_key"
        case shortKey = "short_key"
        case sequenceBehind = "sequence_behind"
        case noSequence = "no_sequence"
        case ownAccounts = "own_accounts"
        case otherFlags = "other_flags"
        case unwritableFile = "unwritable_file"
        case untrustedFile = "untrusted_file"
        case foreignLog = "foreign_log"
        case remoteDisk = "remote_disk"
        case missingRights = "missing_rights"
        case notOwner = "not_owner"
        case noSchema = "no_schema"
        case hiddenSchema = "hidden_schema"
        case rowSecurity = "row_security"

        case alikeAddresses = "alike_addresses"
        case foreignAddresses = "foreign_addresses"
        case emptyAddresses = "empty_addresses"
        case malformedAddresses = "malformed_addresses"
        case repeatableAddress = "repeatable_address"
        case uniqueColumn = "unique_column"
        case unknownHashes = "unknown_hashes"
        case shortSalts = "short_salts"
        case otherHasher = "other_hasher"
        case otherRounds = "other_rounds"
        case settingOutOfRange = "setting_out_of_range"
        case unreadableSettings = "unreadable_settings"
        case settingsElsewhere = "settings_elsewhere"
        case references
        case otherSchema = "other_schema"
        case pooler
        case rollbackMode = "rollback_mode"
        case clearTokens = "clear_tokens"
    }

    package let level: Level
    package let code: Code
    package let text: String
    package let advice: String
    /// The number of rows with the fault; nil where it is not one of rows.
    package var count: Int64?
    /// At most ten of them, as the database has them.
    package var samples: [String] = []

    /// True if there are more than the samples.
    package var isCut: Bool {
        samples.count == AdoptionCheck.sampleLimit && count.map { $0 > Int64(samples.count) } == true
    }

    init(
        _ level: Level, _ code: Code, _ text: String, advice: String, count: Int64? = nil, samples: [String] = []
    ) {
        self.level = level
        self.code = code
        self.text = text
        self.advice = advice
        self.count = count
        self.samples = samples
    }
}
