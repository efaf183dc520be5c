// SPDX-License-Identifier: Apache-2.0

extension SQLDialect {
    /// Stores a table in the tree of its primary key. PostgreSQL has no such tables.
    var clustered: String {
        switch self {
        case .sqlite: " WITHOUT ROWID"
        case .postgres: ""
        }
    }

    /// The expression by which accounts are found. Addresses are ASCII. SQLite folds the case of ASCII; PostgreSQL
    /// would fold by the locale of the database, in which a Turkish I is no i.
    var emailKey: StaticString {
        switch self {
        case .sqlite: "lower(email)"
        case .postgres: "pg_catalog.lower(email::pg_catalog.text COLLATE \"C\")"
        }
    }

    /// ``emailKey`` as the column `email_key`.
    var namedEmailKey: StaticString {
        switch self {
        case .sqlite: "lower(email) AS email_key"
        case .postgres: "pg_catalog.lower(email::pg_catalog.text COLLATE \"C\") AS email_key"
        }
    }

    /// Locks the rows of a session `s` and its token `t` that a `SELECT` finds. A transaction that waited for the lock
    /// reads the rows as the other has left them. SQLite has one writer and needs no lock.
    var lockingSessionAndToken: StaticString {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR NO KEY UPDATE OF s, t"
        }
    }

    /// Locks the row that a `SELECT` finds until the end of the transaction.
    var lockingRow: StaticString {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR NO KEY UPDATE"
        }
    }

    /// An index that a statement can ask for by name.
    package enum Index: Sendable, Hashable {
        case refreshTokenSession, refreshTokenLive, refreshTokenPurge, sessionPurge
        case sessionStarted, sessionAddress, sessionUser
        case userEmail, userLastLogin, userStaff, userSuperuser, userInactive, userName
    }

    /// Makes a statement read a table through one index. PostgreSQL chooses by itself.
    func using(_ index: Index) -> StaticString {
        switch (self, index) {
        case (.sqlite, .refreshTokenSession): " INDEXED BY ostiary_refresh_token_session"
        case (.sqlite, .refreshTokenLive): " INDEXED BY ostiary_refresh_token_live"
        case (.sqlite, .refreshTokenPurge): " INDEXED BY ostiary_refresh_token_purge"
        case (.sqlite, .sessionPurge): " INDEXED BY ostiary_session_purge"
        case (.sqlite, .sessionStarted): " INDEXED BY ostiary_session_started"
        case (.sqlite, .sessionAddress): " INDEXED BY ostiary_session_address"
        case (.sqlite, .sessionUser): " INDEXED BY ostiary_session_user_started"
        case (.sqlite, .userEmail): " INDEXED BY ostiary_user_email_key"
        case (.sqlite, .userLastLogin): " INDEXED BY ostiary_user_last_login"
        case (.sqlite, .userStaff): " INDEXED BY ostiary_user_staff"
        case (.sqlite, .userSuperuser): " INDEXED BY ostiary_user_superuser"
        case (.sqlite, .userInactive): " INDEXED BY ostiary_user_inactive"
        case (.sqlite, .userName): " INDEXED BY ostiary_user_name"
        case (.postgres, _): ""
        }
    }

    /// Leaves out rows that another transaction has locked, so that several nodes can clean up at once.
    var skippingLocked: StaticString {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE SKIP LOCKED"
        }
    }
}

extension SQLTransaction {
    /// Keeps other transactions from writing to a table until the end of this one. Readers are not blocked.
    func lock(_ table: StaticString) throws {
        if dialect == .postgres { try execute("LOCK TABLE \(raw: table) IN SHARE ROW EXCLUSIVE MODE") }
    }
}
