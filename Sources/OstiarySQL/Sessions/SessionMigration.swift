// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Times are microseconds since 1970. After `purge_after` all tokens of the row have expired.
    static let sessions = Migration(name: "0002_sessions") { dialect, users in
        [
            """
            CREATE TABLE ostiary_session (
                id \(dialect.blob) NOT NULL PRIMARY KEY,
                user_id BIGINT NOT NULL REFERENCES \(users) (id) ON DELETE CASCADE,
                started_at BIGINT NOT NULL,
                last_used_at BIGINT NOT NULL,
                ended_at BIGINT,
                purge_after BIGINT NOT NULL,
                address VARCHAR(45),
                user_agent VARCHAR(200)
            )\(dialect.clustered)
            """,
            "CREATE INDEX ostiary_session_user ON ostiary_session (user_id)",
            "CREATE INDEX ostiary_session_purge ON ostiary_session (purge_after)",
            """
            CREATE TABLE ostiary_refresh_token (
                digest \(dialect.blob) NOT NULL PRIMARY KEY,
                session_id \(dialect.blob) NOT NULL REFERENCES ostiary_session (id) ON DELETE CASCADE,
                issued_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                spent_at BIGINT,
                purge_after BIGINT NOT NULL
            )\(dialect.clustered)
            """,
            "CREATE INDEX ostiary_refresh_token_session ON ostiary_refresh_token (session_id)",
            "CREATE INDEX ostiary_refresh_token_purge ON ostiary_refresh_token (purge_after)",
            // A session has at most one live token.
            """
            CREATE UNIQUE INDEX ostiary_refresh_token_live ON ostiary_refresh_token (session_id)
                WHERE spent_at IS NULL
            """,
        ]
    }
}
