// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The indexes along which lists of users and sessions are read. The one of a user's sessions takes the place of an
    /// index without the order. `ended_at` is a column, although it is always NULL there: SQLite would read the table for
    /// it, to see that the condition holds.
    static let adminIndexes = Migration(
        name: "0015_admin_indexes",
        indexes: [
            .buildOnUsers("ostiary_user_last_login", "(last_login, id)"),
            .buildOnUsers("ostiary_user_staff", "(id) WHERE is_staff"),
            .buildOnUsers("ostiary_user_superuser", "(id) WHERE is_superuser"),
            .buildOnUsers("ostiary_user_inactive", "(id) WHERE NOT is_active"),
            .buildOnUsers("ostiary_user_name", "(username, id) WHERE username <> ''"),
            .build("ostiary_session_started", on: "ostiary_session (started_at, id, ended_at) WHERE ended_at IS NULL"),
            .build(
                "ostiary_session_address",
                on: "ostiary_session (address, started_at, id, ended_at) WHERE ended_at IS NULL"),
            .build("ostiary_session_user_started", on: "ostiary_session (user_id, started_at, id)"),
            .drop("ostiary_session_user"),
        ])
}
