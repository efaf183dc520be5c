// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// Messages that wait for the mail server, one-time links, and proven addresses. Times are microseconds since 1970.
    ///
    /// `ostiary_one_time_token.account_key` is the login that the account must have for the link to work; NULL for none.
    /// `ostiary_mail_budget` counts by subject, since the limits of addresses and accounts are common to all nodes.
    static let mail = Migration(name: "0017_mail") { dialect, users in
        [
            """
            CREATE TABLE ostiary_outbox (
                id \(dialect.autoincrementPrimaryKey),
                kind VARCHAR(30) NOT NULL,
                address VARCHAR(320) NOT NULL,
                user_id BIGINT REFERENCES \(users) (id) ON DELETE CASCADE,
                session_id \(dialect.blob),
                language VARCHAR(35) NOT NULL,
                event_at BIGINT NOT NULL,
                event_browser VARCHAR(60),
                event_address VARCHAR(45),
                nonce \(dialect.blob) NOT NULL,
                created_at BIGINT NOT NULL,
                due_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                attempts INTEGER NOT NULL,
                is_prepared \(dialect.boolean) NOT NULL,
                claim \(dialect.blob),
                claimed_until BIGINT NOT NULL,
                failed_at BIGINT,
                failure VARCHAR(300)
            )
            """,
            "CREATE INDEX ostiary_outbox_due ON ostiary_outbox (due_at, id) WHERE failed_at IS NULL",
            "CREATE INDEX ostiary_outbox_failed ON ostiary_outbox (failed_at) WHERE failed_at IS NOT NULL",
            "CREATE INDEX ostiary_outbox_user ON ostiary_outbox (user_id)",
            "CREATE INDEX ostiary_outbox_claim ON ostiary_outbox (claim)",
            """
            CREATE TABLE ostiary_one_time_token (
                digest \(dialect.blob) NOT NULL PRIMARY KEY,
                purpose VARCHAR(20) NOT NULL,
                user_id BIGINT NOT NULL REFERENCES \(users) (id) ON DELETE CASCADE,
                address VARCHAR(320) NOT NULL,
                account_key VARCHAR(320),
                session_id \(dialect.blob),
                code_token \(dialect.blob) UNIQUE,
                code \(dialect.blob),
                attempts INTEGER NOT NULL,
                made_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX ostiary_one_time_token_user ON ostiary_one_time_token (user_id, purpose, made_at)",
            "CREATE INDEX ostiary_one_time_token_expiry ON ostiary_one_time_token (expires_at)",
            """
            CREATE TABLE ostiary_pending_registration (
                digest \(dialect.blob) NOT NULL PRIMARY KEY,
                email VARCHAR(254) NOT NULL,
                password VARCHAR(128) NOT NULL,
                attempts INTEGER NOT NULL,
                expires_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX ostiary_pending_registration_expiry ON ostiary_pending_registration (expires_at)",
            """
            CREATE TABLE ostiary_verified_email (
                user_id BIGINT NOT NULL PRIMARY KEY REFERENCES \(users) (id) ON DELETE CASCADE,
                email VARCHAR(254) NOT NULL,
                at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE ostiary_mail_budget (
                subject VARCHAR(340) NOT NULL PRIMARY KEY,
                started_at BIGINT NOT NULL,
                count INTEGER NOT NULL
            )\(dialect.clustered)
            """,
            "CREATE INDEX ostiary_mail_budget_start ON ostiary_mail_budget (started_at)",
        ]
    }
}
