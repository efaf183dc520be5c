// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The store of settings that the servers on a database use, so that no command writes to another one.
package struct SettingsPlace: Sendable, Equatable {
    /// The value of `--settings-store`.
    package var kind: String
    /// The URL of Redis without user and password; nil for a store in the database.
    package var url: String?
    /// The prefix of the keys on Redis.
    package var prefix: String?

    package init(kind: String, url: String? = nil, prefix: String? = nil) {
        self.kind = kind
        self.url = url
        self.prefix = prefix
    }
}

/// The store of the ``SettingsPlace``, which each server records at its start.
package struct SQLSettingsPlaceStore: Sendable {
    private let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    /// - Returns: the place of the server that started last; nil if none has started.
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
