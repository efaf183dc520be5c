// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore

/// Applies pending migrations to a database.
public struct Migrator: Sendable {
    let database: any SQLDatabase
    private let migrations: [Migration]
    /// The name of the accounts' table as it stands in a statement.
    var users: String { database.adopted?.adoption.users.name.description ?? "ostiary_user" }

    /// - Parameters:
    ///   - database: the database.
    ///   - migrations: all migrations, the oldest first; see ``Schema``.
    public init(_ database: any SQLDatabase, _ migrations: [Migration]) {
        self.database = database.patient
        self.migrations = migrations
    }

    /// The names of the applied migrations, sorted.
    /// - Throws: ``SQLError``.
    public func applied() async throws -> [String] {
        try await database.read { try Self.applied(on: $0) }
    }

    /// The names of the pending migrations, in the order in which ``migrate(now:)`` would apply them.
    /// - Throws: ``MigrationError``, ``SQLError``.
    public func plan() async throws -> [String] {
        try pending(after: try await applied()).map(\.name)
    }

    /// Applies the pending migrations, each in its own transaction. Several processes may call it at once.
    /// - Parameter now: the time to record.
    /// - Returns: the names of the migrations that this call applied.
    /// - Throws: ``MigrationError``, ``SQLError``.
    @discardableResult
    public func migrate(now: Timestamp) async throws -> [String] {
        var done: [String] = []
        for migration in try pending(after: try await applied()) {
            if !migration.steps.isEmpty, database.dialect == .postgres {
                guard try await isPending(migration) else { continue }
                try await build(migration)
            } else if database.adopted != nil {
                // The other program must not wait for all indexes of its table together.
                for step in migration.steps {
                    guard let index = step.index(users: users, on: .sqlite) else { continue }
                    let start = ContinuousClock.now
                    try await database.write { transaction in
                        guard try isPending(migration, in: transaction) else { return }
                        try transaction.script("CREATE INDEX IF NOT EXISTS \(index.name) ON \(index.on)")
                    }
                    // A writer of another process that has waited looks for its turn every 100 ms at the latest.
                    if start.duration(to: .now) > .milliseconds(100) {
                        try await Task.sleep(for: .milliseconds(200))
                    }
                }
            }
            if try await apply(migration, now: now) { done.append(migration.name) }
        }
        return done
    }

    /// Applies a migration in its own transaction.
    ///
    /// On PostgreSQL a table that refers to another one needs a lock on that, behind which all writes to it wait. Where
    /// the accounts are those of another program, it is asked for during two seconds at a time.
    /// - Returns: false if another process has applied it.
    private func apply(_ migration: Migration, now: Timestamp) async throws -> Bool {
        var attempts = 0
        while true {
            do {
                return try await database.write { transaction in
                    guard try isPending(migration, in: transaction) else { return false }
                    if transaction.adopted != nil, transaction.dialect == .postgres {
                        try transaction.execute("SET LOCAL lock_timeout = '2s'")
                    }
                    try apply(migration, now: now, in: transaction)
                    return true
                }
            } catch MigrationError.failed(_, let error)
                where error.code == .busy && database.adopted != nil && attempts < Self.lockAttempts
            {
                attempts += 1
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static let lockAttempts = 60

    private func isPending(_ migration: Migration) async throws -> Bool {
        try await database.write { try isPending(migration, in: $0) }
    }

    /// False if another process has applied the migration meanwhile. No other can apply one during the transaction.
    private func isPending(_ migration: Migration, in transaction: SQLTransaction) throws -> Bool {
        // SQLite has one writer; on PostgreSQL even CREATE TABLE IF NOT EXISTS fails beside another.
        if transaction.dialect == .postgres {
            try transaction.execute("SELECT pg_catalog.pg_advisory_xact_lock(\(AdvisoryLock.migrating))")
        }
        try transaction.execute(
            """
            CREATE TABLE IF NOT EXISTS ostiary_migration (
                name VARCHAR(255) NOT NULL PRIMARY KEY,
                applied_at BIGINT NOT NULL
            )
            """
        )
        let names = try Self.names(in: try transaction.run(Self.listing))
        return try pending(after: names).contains { $0.name == migration.name }
    }

    private func apply(_ migration: Migration, now: Timestamp, in transaction: SQLTransaction) throws {
        do {
            for statement in migration.statements(transaction.dialect, users) { try transaction.script(statement) }
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

    private static let listing: SQLQuery = "SELECT name FROM ostiary_migration"

    static func applied(on connection: any SQLConnection) throws -> [String] {
        let exists: SQLQuery =
            switch connection.dialect {
            case .sqlite: "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ostiary_migration'"
            case .postgres: "SELECT 1 WHERE pg_catalog.to_regclass('ostiary_migration') IS NOT NULL"
            }
        guard try !connection.run(exists).isEmpty else { return [] }
        return try names(in: try connection.run(listing))
    }

    private static func names(in rows: [SQLRow]) throws -> [String] {
        // Sorted here, since the order of a database depends on its locale.
        try rows.map { try $0.text(0) }.sorted()
    }
}
