// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

extension PostgresServer {
    /// A database with the product's whole schema.
    func migrated() async throws -> String { try makeDatabase(copying: try await template.get()) }

    func open(
        _ database: String, _ limits: PostgresLimits = PostgresLimits(),
        onChange: @escaping @Sendable ([StoredChange]) -> Void = { _ in }
    ) throws -> PostgresDatabase {
        try PostgresDatabase(PostgresURL(url(database)), limits: limits, onChange: onChange)
    }

    private var template: Result<String, any Error> {
        get async {
            await Templates.shared.name(self)
        }
    }
}

/// One database for each server that others are copied from.
private actor Templates {
    static let shared = Templates()
    private var made: [UInt16: Task<String, any Error>] = [:]

    func name(_ server: PostgresServer) async -> Result<String, any Error> {
        let task =
            made[server.port]
            ?? Task {
                let name = try server.makeDatabase()
                let database = try server.open(name)
                try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 1))
                database.close()
                // The connection of the migrations is closed by its own thread.
                let isFree: Bool? = try waitUntil(5) {
                    try server.query("SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)'") == "0"
                        ? true : nil
                }
                guard isFree == true else { throw Failure("somebody holds the template") }
                return name
            }
        made[server.port] = task
        return await task.result
    }
}

extension PostgresLimits {
    /// For tests of what is answered, not of when.
    static let unhurried: PostgresLimits = {
        var limits = PostgresLimits()
        (limits.statement, limits.connect, limits.call) = (.seconds(30), .seconds(30), .seconds(60))
        return limits
    }()
}

extension Stores {
    init(_ database: any SQLDatabase) {
        self.init(
            accounts: SQLAccountStore(database: database), sessions: SQLSessionStore(database: database),
            passwords: SQLPasswordStore(database: database),
            settings: SQLSettingsStore(database: database), journal: SQLSettingsJournal(database: database),
            keys: SQLFingerprintStore(database: database), audit: SQLAuditStore(database: database),
            permissions: SQLPermissionStore(database: database), setup: SQLSetupStore(database: database),
            outbox: SQLOutboxStore(database: database), links: SQLLinkStore(database: database)
        )
    }
}

/// A table `item(id, name UNIQUE, data)` beside the product's.
let items = Migration(name: "9999_items") { dialect in
    [
        """
        CREATE TABLE item (id \(dialect.autoincrementPrimaryKey), name TEXT UNIQUE NOT NULL, data \(dialect.blob),
            CONSTRAINT item_short CHECK (length(name) < 100));
        CREATE TABLE part (item BIGINT NOT NULL REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED);
        """
    ]
}

extension PostgresDatabase {
    func add(_ name: String) async throws {
        try await write { try $0.execute("INSERT INTO item (name) VALUES (\(name))") }
    }

    func itemCount() async throws -> Int64 {
        try await read { try $0.run("SELECT count(*) FROM item")[0].integer(0) }
    }
}

/// Waits for a condition that others bring about.
func eventually(_ seconds: Double = 30, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("the condition never came true")
}

/// The code of the ``SQLError`` that the closure throws.
func code<T>(_ body: () async throws -> T) async -> SQLError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? SQLError)?.code
    }
}

struct Refused: Error, Equatable {}
