// SPDX-License-Identifier: Apache-2.0

extension SQLDialect {
    /// Keeps a table in the order of its primary key, without a second tree. PostgreSQL has no such tables.
    var clustered: String {
        switch self {
        case .sqlite: " WITHOUT ROWID"
        case .postgres: ""
        }
    }

    /// What accounts are found by. Addresses are ASCII, for which SQLite folds case like C; PostgreSQL folds as the
    /// database's locale says, in which a Turkish I is no i, unless it is told.
    var emailKey: StaticString {
        switch self {
        case .sqlite: "lower(email)"
        case .postgres: "pg_catalog.lower(email::pg_catalog.text COLLATE \"C\")"
        }
    }

    /// Locks the rows of a session and its token that a `SELECT` finds, and finds them as they are by then: who waits
    /// for another's commit judges what that has left. SQLite has one writer and needs none.
    var lockingSessionAndToken: StaticString {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR NO KEY UPDATE OF s, t"
        }
    }

    /// Lets no other transaction change a row that a `SELECT` finds before this one is through.
    var lockingRow: StaticString {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR NO KEY UPDATE"
        }
    }

    /// An index that a statement can ask for by name.
    enum Index {
        case refreshTokenSession, refreshTokenLive, refreshTokenPurge, sessionPurge
    }

    /// Makes a statement read a table through one index. PostgreSQL chooses by itself.
    func using(_ index: Index) -> StaticString {
        switch (self, index) {
        case (.sqlite, .refreshTokenSession): " INDEXED BY ostiary_refresh_token_session"
        case (.sqlite, .refreshTokenLive): " INDEXED BY ostiary_refresh_token_live"
        case (.sqlite, .refreshTokenPurge): " INDEXED BY ostiary_refresh_token_purge"
        case (.sqlite, .sessionPurge): " INDEXED BY ostiary_session_purge"
        case (.postgres, _): ""
        }
    }

    /// Leaves out what another transaction is at, so that several nodes can clean at once.
    var skippingLocked: StaticString {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE SKIP LOCKED"
        }
    }
}

extension SQLTransaction {
    /// Lets nobody else write to a table until the end, for what is read here to stay true. Readers go on.
    func lock(_ table: StaticString) throws {
        if dialect == .postgres { try execute("LOCK TABLE \(raw: table) IN SHARE ROW EXCLUSIVE MODE") }
    }
}
