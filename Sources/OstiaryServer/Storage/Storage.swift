// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiarySQL

/// The opened database with everything that is built on it.
final class Storage: Sendable {
    let accounts: any AccountStore
    let sessions: any SessionStore
    let passwords: any PasswordStore
    let settings: any SettingsStore
    let constanceTable: any SettingsStore
    let journal: any SettingsJournal
    let keys: any SigningKeyStore
    let audit: any AuditStore
    let settingsPlace: SQLSettingsPlaceStore
    private let engine: any StorageEngine
    private let schema: Schema
    /// Made for each use: on PostgreSQL it has a connection of its own, which goes with it.
    private var migrator: Migrator { Migrator(engine.database, schema.migrations) }
    private let listeners = ChangeListeners()

    /// Opens the database. Blocks while it does.
    /// - Parameters:
    ///   - migrations: of features, beside those of the product.
    ///   - creates: whether directory and file are made where they are missing.
    ///   - audit: shows the entries that this process commits; nil to show none.
    /// - Throws: ``StartError``.
    init(
        configuration: ServerConfiguration, migrations: [Migration] = [], creates: Bool, audit: AuditLog? = nil,
        logger: Logger
    ) throws(StartError) {
        self.schema = Schema(adding: migrations)
        switch configuration.database {
        case .sqlite(let path):
            self.engine = try SQLiteEngine(
                path: path, directory: configuration.dataDirectory, creates: creates, listeners: listeners, audit: audit
            )
        case .postgres(let url):
            self.engine = try PostgresEngine(
                url, connections: configuration.databaseConnections, listeners: listeners, audit: audit,
                logger: logger
            )
        }
        let database = engine.database
        self.accounts = SQLAccountStore(database: database)
        self.sessions = SQLSessionStore(database: database)
        self.passwords = SQLPasswordStore(database: database)
        self.settings = SQLSettingsStore(database: database)
        self.constanceTable = ConstanceTableStore(database: database)
        self.journal = SQLSettingsJournal(database: database)
        self.keys = SQLSigningKeyStore(database: database)
        self.audit = SQLAuditStore(database: database)
        self.settingsPlace = SQLSettingsPlaceStore(database: database)
    }

    var database: any SQLDatabase { engine.database }

    /// Where the data is, for people.
    var place: String { engine.place }

    /// Names of migrations that are not applied yet.
    func pendingMigrations() async throws -> [String] {
        try await told { try await migrator.plan() }
    }

    func appliedMigrations() async throws -> [String] {
        try await told { try await migrator.applied() }
    }

    /// - Returns: the names of those applied now.
    func migrate() async throws -> [String] {
        try await told { try await migrator.migrate(now: Timestamp.now()) }
    }

    /// Begins to tell listeners what this and other processes change.
    func startChangeFeed() { engine.startChangeFeed() }

    func listen(_ listener: @escaping @Sendable (ChangeNotice) -> Void) { listeners.add(listener) }

    /// Whether what listeners were told is complete up to a second ago.
    func holdsLease() -> Bool { engine.holdsLease() }

    /// How many reads and writes wait.
    var waiting: Int { engine.waiting }

    /// Whether the database answers and takes writes.
    func isReachable() async -> Bool { await engine.isReachable() }

    /// Lets a server with these secrets on the database, where several machines may use it.
    /// - Throws: ``StartError`` when those that use it have others; ``StoreUnavailable``.
    func join(with secrets: Secrets) async throws {
        guard engine.isShared else { return }
        let now = Timestamp.now()
        let (key, root) = (secrets.signing.fingerprint, secrets.root.fingerprint)
        guard try await keys.claim(key, of: .signingKey, at: now) == key else { throw StartError.otherKey }
        let claimed =
            secrets.hasRootOfItsOwn
            ? try await keys.claim(root, of: .root, at: now) : try await keys.fingerprint(of: .root)
        guard claimed == nil || claimed == root else { throw StartError.otherRoot }
    }

    /// Deletes notices that every process has had time to read.
    func pruneChanges(now: Timestamp) async throws {
        try await told { try await engine.pruneChanges(olderThan: now.adding(seconds: -3_600)) }
    }

    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError) {
        try engine.backup(to: file, progress: progress)
    }

    /// Blocks until everything that waits is written.
    func close() { engine.close() }

    private func told<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let error as SQLError {
            throw StartError.database(error)
        } catch let error as MigrationError {
            throw StartError.migration(error)
        }
    }
}
