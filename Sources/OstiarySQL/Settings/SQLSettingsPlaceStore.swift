// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// Where the servers on a database keep their settings: a command that was not told would write where nobody reads.
package struct SettingsPlace: Sendable, Equatable {
    /// As `--settings-store` names it.
    package var kind: String
    /// Of Redis, without user and password; nil for a place in the database.
    package var url: String?
    /// What the keys on Redis begin with.
    package var prefix: String?

    package init(kind: String, url: String? = nil, prefix: String? = nil) {
        self.kind = kind
        self.url = url
        self.prefix = prefix
    }
}

/// The place that the server started last has left in the database.
package struct SQLSettingsPlaceStore: Sendable {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    /// - Returns: nil where no server has run yet.
    /// - Throws: ``StoreUnavailable``.
    package func recorded() async throws -> SettingsPlace? {
        try await database.fetch { connection in
            try connection.run("SELECT kind, url, prefix FROM ostiary_settings_place").first.map { row in
                SettingsPlace(kind: try row.text(0), url: try row.optionalText(1), prefix: try row.optionalText(2))
            }
        }
    }

    /// - Throws: ``StoreUnavailable``.
    package func record(_ place: SettingsPlace, at now: Timestamp) async throws {
        try await database.commit { transaction in
            _ = try transaction.execute(
                """
                INSERT INTO ostiary_settings_place (slot, kind, url, prefix, recorded_at)
                VALUES (1, \(place.kind), \(place.url), \(place.prefix), \(now.microseconds))
                ON CONFLICT (slot) DO UPDATE SET kind = excluded.kind, url = excluded.url, prefix = excluded.prefix,
                    recorded_at = excluded.recorded_at
                """
            )
        }
    }
}
