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
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        let text = String(decoding: try ConstanceCodec.encode(value.constance), as: UTF8.self)
        return try await write(name, value, ifStill: seen, in: context) { transaction in
            try transaction.execute(
                """
                INSERT INTO constance_constance (key, value) VALUES (\(name), \(text))
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """
            )
        }
    }

    package func unset(
        _ name: String, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        try await write(name, nil, ifStill: seen, in: context) { transaction in
            try transaction.execute("DELETE FROM constance_constance WHERE key = \(name)")
        }
    }

    private func write(
        _ name: String, _ new: (any SettingValue)?, ifStill seen: SeenSetting?, in context: RequestContext,
        _ statement: @escaping @Sendable (SQLTransaction) throws -> Int
    ) async throws -> SettingWrite {
        try await Self.advising {
            try await database.write { transaction in
                try transaction.lockSettings()
                // Django takes no lock of ours.
                try transaction.lock("constance_constance")
                let old = try transaction.constance(name)
                if let seen, !seen.isInForce(by: old) { return .changedMeanwhile(current: old) }
                guard old != new.map({ StoredSetting.constance($0.constance) }) else { return .changed(old: old) }
                _ = try statement(transaction)
                try transaction.record(.setting(name, from: old?.shown, to: new?.settingText, in: context))
                try transaction.announce(.setting(name), at: context.now)
                return .changed(old: old)
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
