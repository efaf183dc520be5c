// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Brings a database to the schema of this program.
public struct Migrator: Sendable {
    private let database: any SQLDatabase
    private let migrations: [Migration]

    /// - Parameter migrations: all there are, the oldest first.
    public init(_ database: any SQLDatabase, _ migrations: [Migration]) {
        self.database = database.patient
        self.migrations = migrations
    }

    /// The names of the applied migrations, sorted.
    /// - Throws: ``SQLError``.
    public func applied() async throws -> [String] {
        try await database.read { try Self.applied(on: $0) }
    }

    /// The names of those that ``migrate(now:)`` would apply, in that order. Changes nothing.
    /// - Throws: ``MigrationError``, ``SQLError``.
    public func plan() async throws -> [String] {
        try pending(after: try await applied()).map(\.name)
    }

    /// Applies what is pending, each migration in a transaction of its own. Several processes may do so at once.
    /// - Parameter now: written beside each name.
    /// - Returns: the names of those applied by this call.
    /// - Throws: ``MigrationError``, ``SQLError``.
    @discardableResult
    public func migrate(now: Timestamp) async throws -> [String] {
        var done: [String] = []
        for migration in try pending(after: try await applied()) {
            let isNew = try await database.write { transaction in
                // SQLite has one writer; on PostgreSQL even CREATE TABLE IF NOT EXISTS fails beside another.
                if transaction.dialect == .postgres {
                    try transaction.execute("SELECT pg_catalog.pg_advisory_xact_lock(\(Self.lock))")
                }
                try transaction.execute(
                    """
                    CREATE TABLE IF NOT EXISTS ostiary_migration (
                        name VARCHAR(255) NOT NULL PRIMARY KEY,
                        applied_at BIGINT NOT NULL
                    )
                    """
                )
                // Another process may have been here between the plan and this transaction.
                let names = try Self.names(in: try transaction.run(Self.listing))
                guard try pending(after: names).contains(where: { $0.name == migration.name }) else { return false }
                try apply(migration, now: now, in: transaction)
                return true
            }
            if isNew { done.append(migration.name) }
        }
        return done
    }

    private func apply(_ migration: Migration, now: Timestamp, in transaction: SQLTransaction) throws {
        do {
            for statement in migration.statements(transaction.dialect) { try transaction.script(statement) }
            try transaction.execute(
                "INSERT INTO ostiary_migration (name, applied_at) VALUES (\(migration.name), \(now.microseconds))"
            )
        } catch let error as SQLError {
            throw MigrationError.failed(name: migration.name, error)
        }
    }

    private func pending(after applied: [String]) throws(MigrationError) -> [Migration] {
        let known = try distinctNames()
        let unknown = applied.filter { !known.contains($0) }
        guard unknown.isEmpty else { throw .newerDatabase(unknown) }
        let present = Set(applied)
        return migrations.filter { !present.contains($0.name) }
    }

    private func distinctNames() throws(MigrationError) -> Set<String> {
        var names: Set<String> = []
        var numbers: [String: String] = [:]
        for migration in migrations {
            guard names.insert(migration.name).inserted else { throw .duplicateName(migration.name) }
            guard let number = migration.number else { continue }
            if let other = numbers.updateValue(migration.name, forKey: number) {
                throw .duplicateNumber(other, migration.name)
            }
        }
        return names
    }

    /// "ostiary" in ASCII: what nobody else in the same database is likely to lock.
    private static let lock: Int64 = 0x6f_73_74_69_61_72_79

    private static let listing: SQLQuery = "SELECT name FROM ostiary_migration"

    private static func applied(on connection: any SQLConnection) throws -> [String] {
        let exists: SQLQuery =
            switch connection.dialect {
            case .sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ostiary_migration'"
            case .postgres: "SELECT 1 WHERE pg_catalog.to_regclass('ostiary_migration') IS NOT NULL"
            }
        guard try !connection.run(exists).isEmpty else { return [] }
        return try names(in: try connection.run(listing))
    }

    private static func names(in rows: [SQLRow]) throws -> [String] {
        // Sorted here: how a database sorts text is a matter of its locale.
        try rows.map { try $0.text(0) }.sorted()
    }
}
