// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Dynamic settings in a table of their own.
public struct SQLSettingsStore: SettingsStore {
    private let database: any SQLDatabase

    public init(database: any SQLDatabase) { self.database = database }

    public var source: SettingSource { .database }

    public func all() async throws -> [String: StoredSetting] {
        try await database.fetch { connection in
            let rows = try connection.run("SELECT name, value FROM ostiary_setting")
            return try Dictionary(
                rows.map { (try $0.text(0), StoredSetting.text(try $0.text(1))) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    public func set(_ value: any SettingValue, _ change: SettingEdit) async throws -> StoredSetting? {
        let text = value.settingText
        return try await database.commit { transaction in
            try transaction.lockJournal()
            let old = try transaction.settingText(change.name)
            try transaction.execute(
                """
                INSERT INTO ostiary_setting (name, value, changed_at)
                VALUES (\(change.name), \(text), \(change.now.microseconds))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
                """
            )
            try transaction.append(SettingJournalEntry(change, old: old, new: text))
            try transaction.announce(.setting(change.name), at: change.now)
            return old.map(StoredSetting.text)
        }
    }

    public func unset(_ change: SettingEdit) async throws -> StoredSetting? {
        try await database.commit { transaction in
            try transaction.lockJournal()
            guard let old = try transaction.settingText(change.name) else { return nil }
            try transaction.execute("DELETE FROM ostiary_setting WHERE name = \(change.name)")
            try transaction.append(SettingJournalEntry(change, old: old, new: nil))
            try transaction.announce(.setting(change.name), at: change.now)
            return .text(old)
        }
    }
}

extension SQLTransaction {
    fileprivate func settingText(_ name: String) throws -> String? {
        try run("SELECT value FROM ostiary_setting WHERE name = \(name)").first?.text(0)
    }
}
