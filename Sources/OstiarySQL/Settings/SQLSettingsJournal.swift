// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Who changed which setting, and the last known values, beside the accounts.
public struct SQLSettingsJournal: SettingsJournal {
    private let database: any SQLDatabase

    public init(database: any SQLDatabase) { self.database = database }

    public func append(_ entry: SettingJournalEntry) async throws {
        try await database.commit { try $0.append(entry) }
    }

    public func position(of name: String) async throws -> Int64 {
        try await database.fetch { try $0.run(Self.newestEntry(of: name)).first?.integer(0) ?? 0 }
    }

    public func observe(
        _ edit: SettingEdit, text: String?, before: String?, at position: Int64
    ) async throws -> Bool {
        try await database.commit { transaction in
            try transaction.lockJournal()
            // Several servers see one change; the first to come notes it.
            let newest = try transaction.run(Self.newestEntry(of: edit.name)).first
            let told = try newest?.optionalText(1)
            guard told != text else { return true }
            guard try newest?.integer(0) ?? 0 == position else { return false }
            try transaction.append(SettingJournalEntry(edit, old: newest == nil ? before : told, new: text))
            return true
        }
    }

    /// Its id and its value.
    private static func newestEntry(of name: String) -> SQLQuery {
        "SELECT id, new_value FROM ostiary_setting_journal WHERE name = \(name) ORDER BY id DESC LIMIT 1"
    }

    public func entries(of name: String?, limit: Int) async throws -> [SettingJournalEntry] {
        let query: SQLQuery = """
            SELECT name, old_value, new_value, author, at FROM ostiary_setting_journal
            WHERE \(name) IS NULL OR name = \(name) ORDER BY id DESC LIMIT \(Int64(limit))
            """
        return try await database.fetch { connection in
            try connection.run(query).map { row in
                SettingJournalEntry(
                    name: try row.text(0), old: try row.optionalText(1), new: try row.optionalText(2),
                    author: try row.text(3), at: try row.timestamp(4)
                )
            }
        }
    }

    public func lastKnown() async throws -> [String: String] {
        try await database.fetch { connection in
            let rows = try connection.run("SELECT name, value FROM ostiary_setting_copy")
            return try Dictionary(
                rows.map { (try $0.text(0), try $0.text(1)) }, uniquingKeysWith: { first, _ in first })
        }
    }

    public func keep(_ values: [String: String]) async throws {
        try await database.commit { transaction in
            try transaction.lock("ostiary_setting_copy")
            try transaction.execute("DELETE FROM ostiary_setting_copy")
            for (name, text) in values {
                try transaction.execute("INSERT INTO ostiary_setting_copy (name, value) VALUES (\(name), \(text))")
            }
        }
    }
}

extension SettingJournalEntry {
    init(_ edit: SettingEdit, old: String?, new: String?) {
        self.init(name: edit.name, old: old, new: new, author: edit.author, at: edit.now)
    }
}

extension SQLTransaction {
    /// Before anything is read: each entry tells what the one before it left.
    func lockJournal() throws { try lock("ostiary_setting_journal") }

    func append(_ entry: SettingJournalEntry) throws {
        try execute(
            """
            INSERT INTO ostiary_setting_journal (name, old_value, new_value, author, at)
            VALUES (\(entry.name), \(entry.old), \(entry.new), \(entry.author), \(entry.at.microseconds))
            """
        )
    }
}
