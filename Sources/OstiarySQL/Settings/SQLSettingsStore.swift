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
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        let text = value.settingText
        return try await write(name, text, ifStill: seen, in: context) { transaction in
            try transaction.execute(
                """
                INSERT INTO ostiary_setting (name, value, changed_at)
                VALUES (\(name), \(text), \(context.now.microseconds))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
                """
            )
        }
    }

    package func unset(
        _ name: String, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        try await write(name, nil, ifStill: seen, in: context) { transaction in
            try transaction.execute("DELETE FROM ostiary_setting WHERE name = \(name)")
        }
    }

    private func write(
        _ name: String, _ new: String?, ifStill seen: SeenSetting?, in context: RequestContext,
        _ statement: @escaping @Sendable (SQLTransaction) throws -> Int
    ) async throws -> SettingWrite {
        try await database.commit(in: context) { transaction in
            try transaction.lockSettings()
            let old = try transaction.settingText(name)
            let stored = old.map(StoredSetting.text)
            if let seen, !seen.isInForce(by: stored) { return .changedMeanwhile(current: stored) }
            guard old != new else { return .changed(old: stored) }
            _ = try statement(transaction)
            try transaction.record(.setting(name, from: old, to: new, in: context))
            try transaction.announce(.setting(name), at: context.now)
            return .changed(old: stored)
        }
    }
}

extension SQLTransaction {
    fileprivate func settingText(_ name: String) throws -> String? {
        try run("SELECT value FROM ostiary_setting WHERE name = \(name)").first?.text(0)
    }
}
