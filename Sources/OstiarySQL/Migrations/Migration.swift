// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// One step of the schema. A released migration is never edited.
public struct Migration: Sendable {
    /// The name by which a database records the migration, such as `0001_accounts`.
    public let name: String
    /// The statements for an engine and a table of accounts, which run in this order in one transaction.
    let statements: @Sendable (SQLDialect, _ users: String) -> [String]
    /// The steps that run outside of a transaction, one by one.
    let steps: [IndexStep]

    /// A migration that runs in one transaction.
    /// - Parameters:
    ///   - name: a name of its own, by which a database records the migration.
    ///   - statements: the statements for an engine, in their order.
    public init(name: String, statements: @escaping @Sendable (SQLDialect) -> [String]) {
        self.init(name: name) { dialect, _ in statements(dialect) }
    }

    /// A migration of tables that refer to the accounts.
    /// - Parameter statements: the statements for an engine, with the name of the accounts' table as it stands in a
    ///   statement.
    init(name: String, statements: @escaping @Sendable (SQLDialect, _ users: String) -> [String]) {
        self.name = name
        self.statements = statements
        self.steps = []
    }

    /// A migration that builds and drops indexes of tables with many rows.
    ///
    /// On SQLite the steps run in one transaction. On PostgreSQL each runs by itself and concurrently, so that no write
    /// waits for it; the migration counts as applied once all indexes are there. A step that was broken off is made
    /// anew by the next attempt.
    public init(name: String, indexes steps: [IndexStep]) {
        self.name = name
        self.statements = { dialect, users in dialect == .sqlite ? steps.map { $0.statement(users: users) } : [] }
        self.steps = steps
    }

    /// The digits at the start of the name; nil if there are none.
    var number: String? {
        let digits = name.utf8.prefix(while: \.isASCIIDigit)
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }
}

/// The reason why a database was not migrated.
public enum MigrationError: Error, Equatable, CustomStringConvertible {
    /// The database has migrations that are not on the list: a newer release has migrated it.
    case newerDatabase([String])
    /// Two migrations of the list have the same name.
    case duplicateName(String)
    /// Two migrations of the list begin with the same number.
    case duplicateNumber(String, String)
    /// A migration failed; its transaction was rolled back.
    case failed(name: String, SQLError)

    public var description: String {
        switch self {
        case .newerDatabase(let names):
            "the database was migrated by a newer release (\(names.joined(separator: ", "))); use that release"
        case .duplicateName(let name):
            "two migrations are called \(name)"
        case .duplicateNumber(let first, let second):
            "the migrations \(first) and \(second) have the same number; give one of them another"
        case .failed(let name, let error):
            "migration \(name) failed: \(error.report)"
        }
    }
}
