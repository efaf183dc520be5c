// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// A table of at most one row: the tables of another program that all servers on this database use. `legacy_id` is
    /// the id of the row that Django has of the same refresh token; NULL for none.
    static let adoption = Migration(name: "0018_adoption") { _ in
        [
            """
            CREATE TABLE ostiary_adoption (
                slot BIGINT NOT NULL PRIMARY KEY CHECK (slot = 1),
                configuration TEXT NOT NULL,
                recorded_at BIGINT NOT NULL
            )
            """,
            "ALTER TABLE ostiary_refresh_token ADD COLUMN legacy_id BIGINT",
        ]
    }
}
