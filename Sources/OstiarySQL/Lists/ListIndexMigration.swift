// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The indexes along which lists of users and sessions are read. The one of a user's sessions takes the place of an
    /// index without the order. `ended_at` is a column, although it is always NULL there: SQLite would read the table for
    /// it, to see that the condition holds.
    static let adminIndexes = Migration(
        name: "0015_admin_indexes",
        indexes: [
            .build("ostiary_user_last_login", on: "ostiary_user (last_login, id)"),
            .build("ostiary_user_staff", on: "ostiary_user (id) WHERE is_staff"),
            .build("ostiary_user_superuser", on: "ostiary_user (id) WHERE is_superuser"),
            .build("ostiary_user_inactive", on: "ostiary_user (id) WHERE NOT is_active"),
            .build("ostiary_user_name", on: "ostiary_user (username, id) WHERE username <> ''"),
            .build("ostiary_session_started", on: "ostiary_session (started_at, id, ended_at) WHERE ended_at IS NULL"),
            .build(
                "ostiary_session_address",
                on: "ostiary_session (address, started_at, id, ended_at) WHERE ended_at IS NULL"),
            .build("ostiary_session_user_started", on: "ostiary_session (user_id, started_at, id)"),
            .drop("ostiary_session_user"),
        ])
}
