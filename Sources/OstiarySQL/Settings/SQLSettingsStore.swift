// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Dynamic settings in a table of the product.
package struct SQLSettingsStore: SettingsStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package var source: SettingSource { .database }

    package var needsCopy: Bool { false }

    package func all() async throws -> [String: StoredSetting] {
        try await database.fetch { connection in
            let rows = try connection.run("SELECT name, value FROM ostiary_setting")
            return try Dictionary(
                rows.map { (try $0.text(0), StoredSetting.text(try $0.text(1))) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    package func set(
        _ name: String, to value: any SettingValue, in context: RequestContext
    ) async throws -> StoredSetting? {
        let text = value.settingText
        return try await database.commit(in: context) { transaction in
            try transaction.lockSettings()
            let old = try transaction.settingText(name)
            try transaction.execute(
                """
                INSERT INTO ostiary_setting (name, value, changed_at)
                VALUES (\(name), \(text), \(context.now.microseconds))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
                """
            )
            try transaction.record(.setting(name, from: old, to: text, in: context))
            try transaction.announce(.setting(name), at: context.now)
            return old.map(StoredSetting.text)
        }
    }

    package func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting? {
        try await database.commit(in: context) { transaction in
            try transaction.lockSettings()
            guard let old = try transaction.settingText(name) else { return nil }
            try transaction.execute("DELETE FROM ostiary_setting WHERE name = \(name)")
            try transaction.record(.setting(name, from: old, to: nil, in: context))
            try transaction.announce(.setting(name), at: context.now)
            return .text(old)
        }
    }
}

extension SQLTransaction {
    fileprivate func settingText(_ name: String) throws -> String? {
        try run("SELECT value FROM ostiary_setting WHERE name = \(name)").first?.text(0)
    }
}
