// SPDX-License-Identifier: Apache-2.0

extension Migration {
    static let settings = Migration(name: "0003_settings") { _ in
        [
            """
            CREATE TABLE ostiary_setting (
                name VARCHAR(255) NOT NULL PRIMARY KEY,
                value TEXT NOT NULL,
                changed_at BIGINT NOT NULL
            )
            """
        ]
    }

    /// The journal, which 0012_audit moves into `ostiary_audit`, and the copy of the last known values. NULL stands for
    /// the default.
    static let settingsJournal = Migration(name: "0004_settings_journal") { dialect in
        [
            """
            CREATE TABLE ostiary_setting_journal (
                id \(dialect.autoincrementPrimaryKey),
                name VARCHAR(255) NOT NULL,
                old_value TEXT,
                new_value TEXT,
                author VARCHAR(255) NOT NULL,
                at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX ostiary_setting_journal_name ON ostiary_setting_journal (name, id)",
            """
            CREATE TABLE ostiary_setting_copy (
                name VARCHAR(255) NOT NULL PRIMARY KEY,
                value TEXT NOT NULL
            )
            """,
        ]
    }
}
