// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization

/// The tables of a Django service, and the facts about them that only the database tells.
package final class AdoptedTables: Sendable {
    package let adoption: Adoption
    private let found = Mutex(Found())

    /// The tables around that of the accounts.
    package struct Found: Sendable, Equatable {
        /// nil where the accounts have no groups.
        package var groups: GroupTables?
        /// The tables with rows that belong to an account.
        package var references: [ForeignKey] = []

        package init() {}
    }

    package init(_ adoption: Adoption) { self.adoption = adoption }

    /// The facts of the last look.
    package var current: Found { found.withLock { $0 } }

    /// Replaces the facts.
    package func set(_ new: Found) { found.withLock { $0 = new } }

    /// The text of a role in a statement.
    func text(of role: TableRole, on dialect: SQLDialect) -> String {
        switch role {
        case .users: adoption.users.name.description
        // SQLite refuses a statement that asks for an index that a migration of Django has thrown away.
        case .userIndex: ""
        case .groups, .groupMembers, .groupPermissions, .userPermissions:
            GroupTables.text(of: role, current.groups, users: adoption.users.name)
        }
    }
}

/// A database whose statements use the tables of another program.
package struct AdoptedDatabase: SQLDatabase, WriteFailureKeeping, AdoptionKeeping {
    private let base: any SQLDatabase
    package let failures: WriteFailures
    private let tables: AdoptedTables

    package init(_ base: any SQLDatabase & WriteFailureKeeping, _ tables: AdoptedTables) {
        self.init(base, failures: base.failures, tables)
    }

    private init(_ base: any SQLDatabase, failures: WriteFailures, _ tables: AdoptedTables) {
        self.base = base
        self.failures = failures
        self.tables = tables
    }

    package var adopted: AdoptedTables? { tables }
    package var dialect: SQLDialect { base.dialect }
    package var patient: any SQLDatabase { AdoptedDatabase(base.patient, failures: failures, tables) }
    package var readsAhead: Bool { base.readsAhead }

    package func read<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        try await base.read(until: deadline) { [tables] in try body(AdoptedConnection($0, tables)) }
    }

    package func readAhead<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async -> T? {
        await base.readAhead { [tables] in try body(AdoptedConnection($0, tables)) }
    }

    package func write<T: Sendable>(
        until deadline: ContinuousClock.Instant?, _ body: @escaping @Sendable (SQLTransaction) throws -> T,
        trace: (@Sendable (any SQLConnection) throws -> T?)?
    ) async throws -> T {
        var find: (@Sendable (any SQLConnection) throws -> T?)?
        if let trace { find = { [tables] in try trace(AdoptedConnection($0, tables)) } }
        return try await base.write(
            until: deadline,
            { [tables] transaction in
                transaction.adopted = tables
                return try body(transaction)
            }, trace: find)
    }

    package func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T? {
        try await base.withoutTransaction(holding: lock) { [tables] in try body(AdoptedConnection($0, tables)) }
    }
}

/// A connection whose statements use the tables of another program.
final class AdoptedConnection: SQLConnection, AdoptionKeeping {
    private let base: any SQLConnection
    private let tables: AdoptedTables

    init(_ base: any SQLConnection, _ tables: AdoptedTables) {
        self.base = base
        self.tables = tables
    }

    var adopted: AdoptedTables? { tables }
    var dialect: SQLDialect { base.dialect }
    var isInTransaction: Bool { base.isInTransaction }

    func run(_ query: SQLQuery) throws -> [SQLRow] { try base.run(query.on(tables, dialect)) }

    @discardableResult
    func execute(_ query: SQLQuery) throws -> Int { try base.execute(query.on(tables, dialect)) }

    func script(_ sql: String) throws { try base.script(sql) }
}

extension SQLQuery {
    func on(_ tables: AdoptedTables, _ dialect: SQLDialect) -> SQLQuery {
        replacingTables { tables.text(of: $0, on: dialect) }
    }
}
