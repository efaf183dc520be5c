// SPDX-License-Identifier: Apache-2.0

extension Migration {
    /// The columns and types are those of Django's user model, so that both can use one table.
    static let accounts = Migration(name: "0001_accounts") { dialect in
        [
            """
            CREATE TABLE ostiary_user (
                id \(dialect.autoincrementPrimaryKey),
                password VARCHAR(128) NOT NULL,
                last_login \(dialect.timestamp),
                is_superuser \(dialect.boolean) NOT NULL,
                email VARCHAR(254) NOT NULL,
                username VARCHAR(150) NOT NULL,
                first_name VARCHAR(150) NOT NULL,
                last_name VARCHAR(150) NOT NULL,
                is_active \(dialect.boolean) NOT NULL,
                is_staff \(dialect.boolean) NOT NULL
            )
            """,
            "CREATE UNIQUE INDEX ostiary_user_email_key ON ostiary_user (\(dialect.emailKey))",
        ]
    }

    /// As ``accounts``, where they are in a table of another program: the index along which they are found without regard
    /// to case. It is not unique, since addresses there may differ in case only.
    static let adoptedAccounts = Migration(name: accounts.name, indexes: [.adoptedEmail])
}

extension IndexStep {
    static let adoptedEmail = IndexStep.buildOnUsersByEmail(adoptedEmailIndex)
    static let adoptedEmailIndex = "ostiary_user_email"
}
