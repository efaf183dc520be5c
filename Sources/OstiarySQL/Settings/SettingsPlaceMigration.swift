// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// A table of one row: the store of settings that the servers on this database use. `url` and `prefix` are those of
    /// Redis, without the password.
    static let settingsPlace = Migration(name: "0011_settings_place") { _ in
        [
            """
            CREATE TABLE ostiary_settings_place (
                slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
                kind VARCHAR(32) NOT NULL,
                url TEXT,
                prefix TEXT,
                recorded_at BIGINT NOT NULL
            )
            """
        ]
    }
}
