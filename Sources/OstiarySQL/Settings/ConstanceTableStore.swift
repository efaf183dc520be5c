// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Dynamic settings in the table of django-constance's database backend, which Django reads and writes too.
///
/// Django creates the table. Its writes are not announced, so the server polls.
package struct ConstanceTableStore: SettingsStore {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package var source: SettingSource { .constanceTable }

    package func all() async throws -> [String: StoredSetting] {
        try await Self.advising {
            try await database.read { connection in
                let rows = try connection.run("SELECT key, value FROM constance_constance")
                var values: [String: StoredSetting] = [:]
                for row in rows { values[try row.text(0)] = StoredSetting(constance: try row.optionalText(1)) }
                return values
            }
        }
    }

    package func set(
        _ name: String, to value: any SettingValue, in context: RequestContext
    ) async throws -> StoredSetting? {
        let text = String(decoding: try ConstanceCodec.encode(value.constance), as: UTF8.self)
        return try await Self.advising {
            try await database.write { transaction in
                try transaction.lockSettings()
                let old = try transaction.constance(name)
                try transaction.execute(
                    """
                    INSERT INTO constance_constance (key, value) VALUES (\(name), \(text))
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value
                    """
                )
                try transaction.record(
                    .setting(name, from: old?.shown, to: value.settingText, in: context))
                try transaction.announce(.setting(name), at: context.now)
                return old
            }
        }
    }

    package func unset(_ name: String, in context: RequestContext) async throws -> StoredSetting? {
        try await Self.advising {
            try await database.write { transaction in
                try transaction.lockSettings()
                guard let old = try transaction.constance(name) else { return nil }
                try transaction.execute("DELETE FROM constance_constance WHERE key = \(name)")
                try transaction.record(.setting(name, from: old.shown, to: nil, in: context))
                try transaction.announce(.setting(name), at: context.now)
                return old
            }
        }
    }

    private static func advising<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as SQLError where error.code == .noSuchTable {
            throw StoreUnavailable(
                reason: "it has no table constance_constance. Run manage.py migrate in Django with this database, or "
                    + "choose another --settings-store"
            )
        } catch let error as SQLError {
            throw StoreUnavailable(error)
        }
    }
}

extension SQLTransaction {
    fileprivate func constance(_ name: String) throws -> StoredSetting? {
        guard let row = try run("SELECT value FROM constance_constance WHERE key = \(name)").first else { return nil }
        return StoredSetting(constance: try row.optionalText(0))
    }
}
