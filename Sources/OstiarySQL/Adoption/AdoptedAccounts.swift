// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

extension SQLQuery {
    /// The condition that a row of the accounts is the account of an address.
    ///
    /// In a table of another program addresses may differ in case only, so the exact text goes first, and case is
    /// disregarded only where that finds one row.
    /// - Parameters:
    ///   - email: the address.
    ///   - id: the column of the account's id.
    ///   - adopted: the tables of another program; nil for the own accounts.
    ///   - needsIndex: true to refuse the statement where the index of addresses is missing, which SQLite would replace
    ///     by a look at every row; nil to look for the exact text only.
    static func isAccount(
        of email: EmailAddress, id: StaticString, _ adopted: AdoptedTables?, _ dialect: SQLDialect,
        needsIndex: Bool? = false
    ) -> SQLQuery {
        guard adopted != nil else { return "\(raw: dialect.emailKey) = \(email.key)" }
        let exact: SQLQuery = "(SELECT e.id FROM \(table: .users) e WHERE e.email = \(email.text))"
        guard let needsIndex else { return "\(raw: id) = \(exact)" }
        let hint: StaticString = needsIndex && dialect == .sqlite ? " INDEXED BY ostiary_user_email" : ""
        return """
            \(raw: id) = COALESCE(\(exact), (
                SELECT CASE WHEN COUNT(*) = 1 THEN MIN(f.id) END FROM (
                    SELECT id FROM \(table: .users)\(raw: hint) WHERE \(raw: dialect.emailKey) = \(email.key) LIMIT 2) f))
            """
    }
}

extension SQLError {
    /// The error of a write to a table that another program has made, if that has refused the row.
    var ofForeignTable: SQLError {
        switch code {
        case .constraint, .uniqueViolation, .foreignKeyViolation:
            advising("the table of Django refused an account (\(report)); see: ostiary adopt --check")
        default: self
        }
    }

    /// True if SQLite lacks the index that a statement asks for: a migration of Django has made the table anew.
    var isMissingIndex: Bool { code == .other && detail.hasBytePrefix("no such index") }
}

extension SQLTransaction {
    /// Keeps an address for an account until the end of the transaction. The own table has a unique index for that.
    /// - Parameter id: the account that gets the address; nil for a new one.
    /// - Throws: ``SQLError`` with `uniqueViolation` if another account has the address, in whatever case.
    func claim(_ email: String, for id: User.ID? = nil) throws {
        guard try isFree(EmailAddress.key(of: email), besides: id) else {
            throw SQLError(.uniqueViolation(constraint: "ostiary_user_email"))
        }
    }

    /// - Returns: false if another account has the address, in whatever case. Always true for the own table.
    func isFree(_ key: String, besides id: User.ID? = nil) throws -> Bool {
        guard adopted != nil else { return true }
        if dialect == .postgres {
            try execute(
                "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(\(key), \(AdvisoryLock.naming)))")
        }
        let others: SQLQuery = """
            SELECT 1 FROM \(table: .users) WHERE \(raw: dialect.emailKey) = \(key) AND id <> \(id ?? 0) LIMIT 1
            """
        return try run(others).isEmpty
    }

    /// The columns beside those of Django's user model, and their values.
    func furtherColumns(at now: Timestamp) -> (names: SQLQuery, values: SQLQuery) {
        var (names, values): (SQLQuery, SQLQuery) = ("", "")
        for column in adopted?.adoption.users.further ?? [] {
            names = "\(names), \(name: column.name)"
            switch column.value {
            case .text(let text): values = "\(values), \(untyped: text)"
            case .now: values = "\(values), \(moment: now)"
            }
        }
        return (names, values)
    }

    /// Deletes the rows with which Django itself refers to an account, as its own deletion does.
    /// - Throws: ``AccountInUse`` if rows of other tables refer to it; nothing was deleted then.
    func deleteReferences(to id: User.ID) throws {
        guard let adopted else { return }
        let (found, tokens) = (adopted.current, adopted.adoption.refreshTokens?.table)
        var effects: [SQLQuery] = []
        for key in found.references where !key.isDoneByDatabase {
            if DjangoTables.isForgotten(key.table) {
                effects.append(
                    "UPDATE \(name: key.table) SET \(name: key.column) = NULL WHERE \(name: key.column) = \(id)")
            } else if key.table == tokens || found.groups?.has(key.table) == true || DjangoTables.isDeleted(key.table) {
                effects.append("DELETE FROM \(name: key.table) WHERE \(name: key.column) = \(id)")
            } else {
                let limit = AccountInUse.maximumCount + 1
                let rows = try run(
                    "SELECT 1 FROM \(name: key.table) WHERE \(name: key.column) = \(id) LIMIT \(Int64(limit))")
                guard rows.isEmpty else { throw AccountInUse(table: key.table.text, count: rows.count) }
            }
        }
        for effect in effects { try execute(effect) }
    }

    /// - Throws: ``AdministrationRefusal`` where groups and permissions are kept by another program.
    func requireOwnGroups() throws {
        guard adopted == nil else { throw AdministrationRefusal.keptElsewhere }
    }
}

/// The tables of Django and of its well-known packages that refer to accounts.
enum DjangoTables {
    /// True for a table whose rows Django deletes with the account.
    static func isDeleted(_ table: QuotedName) -> Bool {
        ["django_admin_log", "authtoken_token"].contains { table.text.hasSameBytes(as: $0) }
    }

    /// True for a table whose rows Django keeps without the account.
    static func isForgotten(_ table: QuotedName) -> Bool {
        table.text.hasSameBytes(as: "token_blacklist_outstandingtoken")
    }
}

extension SQLDatabase {
    /// Tells why a write met a value that is taken.
    /// - Parameters:
    ///   - error: the violation of a unique constraint.
    ///   - email: the address that the write was about.
    ///   - id: the account that was to get the address; nil for a new one.
    /// - Throws: ``StoreUnavailable`` unless another account has the address: a violation of any other constraint is
    ///   nothing that a client could mend.
    func requireTaken(
        _ error: SQLError, _ email: String, besides id: User.ID? = nil, in context: RequestContext
    ) async throws {
        let key = EmailAddress.key(of: email)
        let others: SQLQuery = """
            SELECT 1 FROM \(table: .users) WHERE \(raw: dialect.emailKey) = \(key) AND id <> \(id ?? 0) LIMIT 1
            """
        guard try await !fetch(in: context, { try $0.run(others) }).isEmpty else { throw StoreUnavailable(error) }
    }
}
