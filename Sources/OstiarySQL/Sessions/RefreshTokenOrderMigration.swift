// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Stores refresh tokens in the order of their issue. In the order of the random digests each rotation changes two
    /// pages of its own; in this order concurrent rotations share them.
    ///
    /// PostgreSQL appends rows anyway.
    static let refreshTokenOrder = Migration(name: "0009_refresh_token_order") { dialect in
        guard dialect == .sqlite else { return [] }
        let columns = """
            digest, session_id, issued_at, expires_at, spent_at, purge_after, parent_key, spent_key, access_expires_at,
            successor, sealed_successor
            """
        return [
            """
            CREATE TABLE ostiary_refresh_token_new (
                digest BLOB NOT NULL PRIMARY KEY,
                session_id BLOB NOT NULL REFERENCES ostiary_session (id) ON DELETE CASCADE,
                issued_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                spent_at BIGINT,
                purge_after BIGINT NOT NULL,
                parent_key BLOB,
                spent_key BLOB,
                access_expires_at BIGINT,
                successor BLOB,
                sealed_successor BLOB
            )
            """,
            """
            INSERT INTO ostiary_refresh_token_new (\(columns))
            SELECT \(columns) FROM ostiary_refresh_token ORDER BY issued_at
            """,
            "DROP TABLE ostiary_refresh_token",
            "ALTER TABLE ostiary_refresh_token_new RENAME TO ostiary_refresh_token",
            "CREATE INDEX ostiary_refresh_token_session ON ostiary_refresh_token (session_id)",
            "CREATE INDEX ostiary_refresh_token_purge ON ostiary_refresh_token (purge_after)",
            """
            CREATE UNIQUE INDEX ostiary_refresh_token_live ON ostiary_refresh_token (session_id)
                WHERE spent_at IS NULL
            """,
        ]
    }
}
