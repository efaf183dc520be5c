// SPDX-License-Identifier: Apache-2.0

extension ConfigurationKey {
    /// The form of new password hashes.
    public static let passwordHasher = ConfigurationKey(
        "password-hasher", default: "argon2id",
        "The form of new password hashes: argon2id, or pbkdf2_sha256:ROUNDS beside Django",
        expected: "argon2id, or pbkdf2_sha256:ROUNDS with 1…10000000 rounds", page: "../features/passwords.md"
    )
    /// The acceptance of tokens that a Django service made.
    public static let legacyTokens = ConfigurationKey(
        "legacy-tokens", default: "off, or shared with a legacy refresh table",
        "Tokens of a Django service with the same key: off, on for access tokens; shared or taken for refresh tokens, too",
        expected: "off, on, shared or taken", page: "../features/tokens.md#tokens-of-a-django-service",
        example: "shared"
    )
    /// The table of a Django service with its accounts.
    public static let userTable = ConfigurationKey(
        "user-table", default: "none",
        "The table of a Django service that holds the accounts, in place of a table of the server's own",
        expected: "the name of a table", page: "../guides/from-django.md", example: "accounts_user"
    )
    /// The table of a Django service with its refresh tokens.
    public static let legacyRefreshTable = ConfigurationKey(
        "legacy-refresh-table", default: "none",
        "The table of a Django service that holds refresh tokens",
        expected: "the name of a table", page: "../guides/from-django.md", example: "accounts_refreshtoken"
    )
    /// The way in which the server hears of changes that Django makes.
    public static let userChanges = ConfigurationKey(
        "user-changes", default: "ask",
        "How the server hears of changes by Django: ask reads the account for each request, trigger lets the database tell",
        expected: "ask or trigger", page: "../guides/from-django.md"
    )
    /// Values of columns that the database has no default for.
    public static let userDefault = ConfigurationKey(
        "user-default", default: "none",
        "COLUMN=VALUE for new accounts in Django's table, now for the time; repeatable, separated by commas in the variable",
        expected: "COLUMN=VALUE, separated by commas", page: "../guides/from-django.md", example: "plan=free"
    )
}
