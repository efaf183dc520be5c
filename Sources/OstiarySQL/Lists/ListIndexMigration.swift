// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The indexes along which lists of users and sessions are read.
    static let adminIndexes = Migration(name: "0015_admin_indexes") { _ in
        [
            "CREATE INDEX ostiary_user_last_login ON ostiary_user (last_login, id)",
            "CREATE INDEX ostiary_user_staff ON ostiary_user (id) WHERE is_staff",
            "CREATE INDEX ostiary_user_superuser ON ostiary_user (id) WHERE is_superuser",
            "CREATE INDEX ostiary_user_inactive ON ostiary_user (id) WHERE NOT is_active",
            "CREATE INDEX ostiary_user_name ON ostiary_user (username, id) WHERE username <> ''",
            "CREATE INDEX ostiary_session_started ON ostiary_session (started_at, id) WHERE ended_at IS NULL",
            """
            CREATE INDEX ostiary_session_address ON ostiary_session (address, started_at, id) WHERE ended_at IS NULL
            """,
            "CREATE INDEX ostiary_session_user_started ON ostiary_session (user_id, started_at, id)",
            "DROP INDEX ostiary_session_user",
        ]
    }
}
