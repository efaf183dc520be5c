// SPDX-License-Identifier: Apache-2.0

package import OstiaryCore

/// The record of the tables of another program that the servers on a database use, and the look at those tables.
package struct SQLAdoptionStore: Sendable {
    let database: any SQLDatabase

    package init(database: any SQLDatabase) { self.database = database }

    /// The state of a database before a server uses it.
    package struct State: Sendable, Equatable {
        /// The recorded configuration; nil for none.
        package var recorded: String?
        /// True if the database has accounts of the product.
        package var hasOwnAccounts: Bool
    }

    /// - Returns: the state, also of a database without any table of the product.
    /// - Throws: ``StoreUnavailable``.
    package func state() async throws -> State {
        try await database.fetch { connection in
            let hasRecord = try connection.hasTable("ostiary_adoption")
            return State(
                recorded: hasRecord
                    ? try connection.run("SELECT configuration FROM ostiary_adoption").first?.text(0) : nil,
                hasOwnAccounts: try connection.hasTable("ostiary_user"))
        }
    }

    /// Records a configuration unless there is one.
    /// - Returns: the configuration in force.
    /// - Throws: ``StoreUnavailable``.
    package func claim(_ configuration: String, at now: Timestamp) async throws -> String {
        try await database.commit { transaction in
            try transaction.execute(
                """
                INSERT INTO ostiary_adoption (slot, configuration, recorded_at)
                VALUES (1, \(configuration), \(now.microseconds)) ON CONFLICT (slot) DO NOTHING
                """)
            return try transaction.run("SELECT configuration FROM ostiary_adoption").single().text(0)
        }
    }

    /// Replaces the recorded configuration.
    /// - Parameter isForced: true to do it also while servers run. On SQLite the engine has a lock file for that.
    /// - Returns: false if servers run.
    /// - Throws: ``StoreUnavailable``.
    package func replace(_ configuration: String, isForced: Bool, at now: Timestamp) async throws -> Bool {
        try await database.commit { transaction in
            if transaction.dialect == .postgres, !isForced {
                let attempt: SQLQuery = "SELECT pg_catalog.pg_try_advisory_xact_lock(\(AdvisoryLock.serving))"
                guard try transaction.run(attempt).single().bool(0) else { return false }
            }
            try transaction.execute(
                """
                INSERT INTO ostiary_adoption (slot, configuration, recorded_at)
                VALUES (1, \(configuration), \(now.microseconds))
                ON CONFLICT (slot) DO UPDATE SET configuration = excluded.configuration,
                    recorded_at = excluded.recorded_at
                """)
            return true
        }
    }

    /// Looks at the tables around the accounts, which migrations of Django may change at any time.
    /// - Throws: ``StoreUnavailable``.
    package func look() async throws {
        guard let adopted = database.adopted else { return }
        let users = adopted.adoption.users.name
        adopted.set(
            try await database.fetch { connection in
                let keys = try connection.foreignKeys()
                var found = AdoptedTables.Found()
                found.groups = GroupTables(of: users, among: keys)
                found.references = keys.filter { $0.target == users }
                return found
            })
    }
}

extension SQLConnection {
    /// True if the schema in use has a table of this name.
    package func hasTable(_ name: String) throws -> Bool {
        let query: SQLQuery =
            switch dialect {
            case .sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = \(name)"
            case .postgres: "SELECT 1 WHERE pg_catalog.to_regclass(pg_catalog.quote_ident(\(name))) IS NOT NULL"
            }
        return try !run(query).isEmpty
    }
}
