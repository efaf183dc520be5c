// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The changes of settings in the audit log, and the copy of the last known values in a table.
package struct SQLSettingsJournal: SettingsJournal {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    package func append(_ entry: AuditEntry, at position: Int64?, in context: RequestContext) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            if let position {
                try transaction.lockSettings()
                let newest = try transaction.run(Self.newestEntry(of: entry.object ?? "")).first?.integer(0) ?? 0
                guard newest == position else { return false }
            }
            try transaction.record(entry)
            return true
        }
    }

    package func newest(of names: [String]) async throws -> [String: AuditEntry] {
        // One search of the index for each name, in one statement.
        guard var wanted = names.first.map({ "(\($0))" as SQLQuery }) else { return [:] }
        for name in names.dropFirst() { wanted = "\(wanted), (\(name))" }
        let query: SQLQuery = """
            WITH wanted (name) AS (VALUES \(wanted))
            SELECT \(raw: AuditRow.columns) FROM ostiary_audit WHERE id IN (
                SELECT (SELECT a.id FROM ostiary_audit a
                    WHERE a.object = wanted.name AND a.event = 'setting_changed' ORDER BY a.id DESC LIMIT 1)
                FROM wanted)
            """
        let entries = try await database.fetch { try $0.run(query).map(AuditRow.entry) }
        return Dictionary(entries.map { ($0.object ?? "", $0) }) { first, _ in first }
    }

    package func observe(
        _ name: String, text: String?, before: String?, at position: Int64, in context: RequestContext
    ) async throws -> Bool {
        try await database.commit(in: context) { transaction in
            try transaction.lockSettings()
            // Several servers find one change; the first records it.
            let newest = try transaction.run(Self.newestEntry(of: name)).first.map(AuditRow.entry)
            let recorded = newest?.changes.first?.new
            guard recorded != text else { return true }
            guard newest?.id ?? 0 == position else { return false }
            try transaction.record(.setting(name, from: newest == nil ? before : recorded, to: text, in: context))
            return true
        }
    }

    private static func newestEntry(of name: String) -> SQLQuery {
        """
        SELECT \(raw: AuditRow.columns) FROM ostiary_audit
        WHERE object = \(name) AND event = 'setting_changed' ORDER BY id DESC LIMIT 1
        """
    }

    package func lastKnown() async throws -> [String: String] {
        try await database.fetch { connection in
            let rows = try connection.run("SELECT name, value FROM ostiary_setting_copy")
            return try Dictionary(
                rows.map { (try $0.text(0), try $0.text(1)) }, uniquingKeysWith: { first, _ in first })
        }
    }

    package func keep(_ values: [String: String]) async throws {
        try await database.commit { transaction in
            try transaction.lock("ostiary_setting_copy")
            try transaction.execute("DELETE FROM ostiary_setting_copy")
            for (name, text) in values {
                try transaction.execute("INSERT INTO ostiary_setting_copy (name, value) VALUES (\(name), \(text))")
            }
        }
    }
}

extension SQLTransaction {
    /// Serializes changes of settings, since each entry has the value that the entry before has left. Called before the
    /// first read.
    func lockSettings() throws { try lock("ostiary_setting") }
}
