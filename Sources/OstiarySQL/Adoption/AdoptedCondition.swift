// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The tables of another program as this server finds them.
package struct AdoptedCondition: Sendable, Equatable {
    /// The tables and columns that statements of this server name and the database lacks, as in `shop_user.email`.
    package var missing: [String] = []
    /// The indexes of this server that the table of accounts lacks.
    package var missingIndexes: [String] = []

    package init() {}
}

extension SQLAdoptionStore {
    /// Looks for the parts of another program's tables that this server needs, and for its own indexes on them.
    /// - Throws: ``StoreUnavailable``.
    package func condition() async throws -> AdoptedCondition {
        guard let adopted = database.adopted else { return AdoptedCondition() }
        var needed = [(adopted.adoption.users.name, AdoptionTable.userColumns)]
        if let tokens = adopted.adoption.refreshTokens { needed.append((tokens.table, AdoptionTable.tokenColumns)) }
        return try await database.fetch { [needed] connection in
            var condition = AdoptedCondition()
            for (table, columns) in needed {
                let found = try table.columns(connection.dialect, connection.run)
                if found.isEmpty {
                    condition.missing.append(table.text)
                } else {
                    condition.missing += columns.filter { !found.contains($0) }.map { "\(table.text).\($0)" }
                }
            }
            let present = try adopted.adoption.users.name.indexes(connection.dialect, connection.run)
            condition.missingIndexes = IndexStep.onUsers.map(\.name).filter { !present.contains($0) }
            return condition
        }
    }

    /// Builds the indexes of this server that the table of accounts lacks.
    ///
    /// SQLite drops them with the table, which a migration of Django makes anew. On PostgreSQL no write waits for the
    /// build; nothing is done there while another process builds.
    /// - Parameter names: the indexes to build, of ``AdoptedCondition/missingIndexes``.
    /// - Throws: ``StoreUnavailable``.
    package func build(_ names: [String]) async throws {
        guard let adopted = database.adopted, !names.isEmpty else { return }
        let users = adopted.adoption.users.name
        let steps = IndexStep.onUsers.filter { names.contains($0.name) }
        switch database.dialect {
        case .sqlite:
            // Each in a transaction of its own, between which other writes have their turn.
            for step in steps {
                try await database.patient.commit { transaction in
                    guard try !users.indexes(.sqlite, transaction.run).contains(step.name) else { return }
                    // An index of this name may belong to a table that was renamed.
                    try transaction.script("DROP INDEX IF EXISTS \(step.name)")
                    try transaction.script(step.step.statement(users: users.description))
                }
            }
        case .postgres:
            do {
                _ = try await database.patient.withoutTransaction(holding: AdvisoryLock.indexing) { connection in
                    for step in steps { try Migrator.run(step.step, users: users.description, on: connection) }
                }
            } catch let error as SQLError {
                throw StoreUnavailable(error)
            }
        }
    }

    /// Makes the trigger by which changes are announced, unless it is there.
    /// - Returns: true if it was made.
    /// - Throws: ``StoreUnavailable``.
    package func makeTrigger() async throws -> Bool {
        guard let trigger else { return false }
        return try await database.commit { try trigger.make(in: $0) }
    }

    /// Looks for the trigger on PostgreSQL.
    /// - Returns: a number that it has as long as nobody makes it anew; nil if it is missing.
    /// - Throws: ``StoreUnavailable``.
    package func triggerNumber() async throws -> Int64? {
        guard let trigger else { return nil }
        return try await database.fetch { try trigger.number($0.run) }
    }

    /// The trigger by which changes are announced; nil where each request asks the database.
    package var trigger: ChangeTrigger? {
        guard let adoption = database.adopted?.adoption, adoption.changes == .trigger else { return nil }
        return ChangeTrigger(on: adoption.users.name)
    }
}

extension IndexStep {
    /// The indexes of this server on an adopted table of accounts.
    static let onUsers: [(name: String, step: IndexStep)] =
        (Migration.adoptedAccounts.steps + Migration.adminIndexes.steps).compactMap { step in
            switch step {
            case .buildOnUsers(let name, _), .buildOnUsersByEmail(let name): (name, step)
            case .build, .drop: nil
            }
        }
}

extension QuotedName {
    /// - Parameter run: runs a statement on the database of the table.
    /// - Returns: the names of the table's columns; none if there is no such table.
    func columns(_ dialect: SQLDialect, _ run: (SQLQuery) throws -> [SQLRow]) throws -> Set<String> {
        let query: SQLQuery =
            switch dialect {
            case .sqlite: "SELECT name FROM pragma_table_info(\(text))"
            case .postgres:
                """
                SELECT attname::pg_catalog.text FROM pg_catalog.pg_attribute
                WHERE attrelid = pg_catalog.to_regclass(\(description)) AND attnum > 0 AND NOT attisdropped
                """
            }
        return try Set(run(query).map { try $0.text(0) })
    }

    /// - Parameter run: runs a statement on the database of the table.
    /// - Returns: the names of the table's indexes that can be used.
    func indexes(_ dialect: SQLDialect, _ run: (SQLQuery) throws -> [SQLRow]) throws -> Set<String> {
        let query: SQLQuery =
            switch dialect {
            case .sqlite:
                "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = \(text) COLLATE NOCASE"
            case .postgres:
                """
                SELECT c.relname::pg_catalog.text FROM pg_catalog.pg_index i
                JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
                WHERE i.indrelid = pg_catalog.to_regclass(\(description)) AND i.indisvalid
                """
            }
        return try Set(run(query).map { try $0.text(0) })
    }
}
