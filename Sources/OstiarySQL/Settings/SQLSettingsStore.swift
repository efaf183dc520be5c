public import OstiaryCore

/// Dynamic settings in a table of their own.
public struct SQLSettingsStore: SettingsStore {
    private let database: any SQLDatabase

    public init(database: any SQLDatabase) { self.database = database }

    public func all() async throws -> [String: String] {
        try await database.fetch { connection in
            let rows = try connection.run("SELECT name, value FROM ostiary_setting")
            return try Dictionary(
                rows.map { (try $0.text(0), try $0.text(1)) }, uniquingKeysWith: { first, _ in first })
        }
    }

    public func set(_ name: String, to text: String, at now: Timestamp) async throws -> String? {
        try await database.commit { transaction in
            let old = try transaction.settingText(name)
            try transaction.execute(
                """
                INSERT INTO ostiary_setting (name, value, changed_at)
                VALUES (\(name), \(text), \(now.microseconds))
                ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
                """
            )
            try transaction.announce(.setting(name), at: now)
            return old
        }
    }

    public func unset(_ name: String, at now: Timestamp) async throws -> String? {
        try await database.commit { transaction in
            let old = try transaction.settingText(name)
            if try transaction.execute("DELETE FROM ostiary_setting WHERE name = \(name)") > 0 {
                try transaction.announce(.setting(name), at: now)
            }
            return old
        }
    }
}

extension SQLTransaction {
    fileprivate func settingText(_ name: String) throws -> String? {
        try run("SELECT value FROM ostiary_setting WHERE name = \(name)").first?.text(0)
    }
}
