// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryCore
import OstiarySQL

/// The open database with all its stores.
final class Storage: Sendable {
    let accounts: any AccountStore
    let sessions: any SessionStore
    let passwords: any PasswordStore
    let settings: any SettingsStore
    let constanceTable: any SettingsStore
    let journal: any SettingsJournal
    let keys: any FingerprintStore
    let keyRing: any KeyStore
    let clients: any ClientStore
    let gate: any GateStore
    let audit: any AuditStore
    let permissions: any PermissionStore
    let setup: any SetupStore
    let outbox: any OutboxStore
    let links: any LinkStore
    let revocations: any RevocationStore
    let settingsPlace: SQLSettingsPlaceStore
    /// The database with the hooks of the application, for the stores.
    let database: any SQLDatabase
    let engine: any StorageEngine
    private let writing: WriteProbe
    let now: WallClock
    private let schema: Schema
    /// A migrator, made for each use: on PostgreSQL it opens a connection and closes it at its end.
    private var migrator: Migrator { Migrator(tables, schema.migrations) }
    /// The database without hooks.
    private let tables: any SQLDatabase & WriteFailureKeeping
    let adoption: AdoptionConfiguration?
    let adoptions: SQLAdoptionStore
    let listeners = ChangeListeners()
    /// True if another program announces its changes by a trigger.
    let usesTrigger: Bool
    let proof = TriggerProof()

    /// Opens the database. Blocks.
    /// - Parameters:
    ///   - migrations: migrations of features, beside those of the product.
    ///   - creates: true to create the directory and the file if they are missing.
    ///   - audit: logs the audit entries that this process commits; nil to log none.
    ///   - hooks: the hooks of the application; nil for none.
    ///   - now: the wall clock.
    /// - Throws: ``StartError``.
    init(
        configuration: ServerConfiguration, migrations: [Migration] = [], creates: Bool, audit: AuditLog? = nil,
        hooks: Hooks? = nil, now: @escaping WallClock = Timestamp.now, logger: Logger
    ) throws(StartError) {
        self.schema = Schema(adding: migrations, isAdopted: configuration.adoption != nil)
        self.adoption = configuration.adoption
        self.now = now
        let onRecord: @Sendable ([AuditEntry]) -> Void = { entries in
            audit?.write(entries)
            hooks?.receive(entries)
        }
        switch configuration.database {
        case .sqlite(let path):
            self.engine = try SQLiteEngine(
                path: path, directory: configuration.dataDirectory, creates: creates, listeners: listeners,
                onRecord: onRecord)
        case .postgres(let url):
            self.engine = try PostgresEngine(
                url, connections: configuration.databaseConnections, adoption: configuration.adoption?.adoption,
                listeners: listeners, onRecord: onRecord, logger: logger)
        }
        self.writing = WriteProbe(failures: engine.failures, logger: logger) { [engine] in
            try await engine.tryWriting(isGrowing: $0)
        }
        let tables: any SQLDatabase & WriteFailureKeeping =
            if let adoption { AdoptedDatabase(engine.database, AdoptedTables(adoption.adoption)) } else {
                engine.database
            }
        let database: any SQLDatabase =
            if let hooks { HookedDatabase(tables, hooks: hooks.transactions) } else { tables }
        self.tables = tables
        self.adoptions = SQLAdoptionStore(database: tables)
        self.usesTrigger = adoption?.adoption.changes == .trigger
        self.database = database
        self.accounts = SQLAccountStore(database: database)
        self.sessions = SQLSessionStore(database: database)
        self.passwords = SQLPasswordStore(database: database)
        self.settings = SQLSettingsStore(database: database)
        self.constanceTable = ConstanceTableStore(database: database)
        self.journal = SQLSettingsJournal(database: database)
        self.keys = SQLFingerprintStore(database: database)
        self.keyRing = SQLKeyStore(database: database)
        self.clients = SQLClientStore(database: database)
        self.gate = SQLGateStore(database: database)
        self.audit = SQLAuditStore(database: database)
        self.permissions = SQLPermissionStore(database: database)
        self.setup = SQLSetupStore(database: database)
        self.outbox = SQLOutboxStore(database: database)
        self.links = SQLLinkStore(database: database)
        self.revocations = SQLRevocationStore(database: database)
        self.settingsPlace = SQLSettingsPlaceStore(database: database)
    }

    /// The location of the data, for people.
    var place: String { engine.place }

    /// The names of migrations that are not applied yet.
    func pendingMigrations() async throws -> [String] {
        try await told { try await migrator.plan() }
    }

    func appliedMigrations() async throws -> [String] {
        try await told { try await migrator.applied() }
    }

    /// - Returns: the names of the migrations that this call applied.
    func migrate() async throws -> [String] {
        try await requireAdoption()
        let names = try await told { try await migrator.migrate(now: now()) }
        if let adoption {
            let recorded = try await adoptions.claim(adoption.text, at: now())
            guard recorded.hasSameBytes(as: adoption.text) else { throw StartError.otherAdoption(recorded, adoption) }
        }
        return names
    }

    /// Checks that the database has the accounts where the configuration tells, and looks at the tables around them.
    /// - Throws: ``StartError``; ``StoreUnavailable``.
    func requireAdoption() async throws {
        let state = try await adoptions.state()
        switch (adoption, state.recorded) {
        case (nil, nil): return
        case (nil, let recorded?): throw StartError.adopted(recorded)
        case (let adoption?, let recorded):
            if state.hasOwnAccounts { throw StartError.ownAccounts(adoption) }
            if let recorded, !recorded.hasSameBytes(as: adoption.text) {
                throw StartError.otherAdoption(recorded, adoption)
            }
        }
        try await adoptions.look()
    }

    /// Starts to report the changes of this and other processes to listeners.
    func startChangeFeed() { engine.startChangeFeed(proving: adoptions.trigger) }

    func listen(_ listener: @escaping @Sendable (ChangeNotice) -> Void) { listeners.add(listener) }

    /// True if all changes up to a second ago were reported to listeners.
    func holdsLease() -> Bool { hearsOfOthers && engine.holdsLease() }

    /// True if the changes of this product are reported.
    var hearsOfChanges: Bool { engine.holdsLease() }

    /// True if nothing is held in memory, since another program changes accounts without a report.
    var asksForEachRequest: Bool { adoption?.adoption.changes == .ask }

    /// The number of reads and writes that wait.
    var waiting: Int { engine.waiting }

    /// Looks if the database answers and keeps writes.
    func state() async -> DatabaseState {
        let state = await engine.reach()
        return state == .ok ? await writing.state() : state
    }

    /// The faults of the role and the settings with which the database is used.
    func findings(isDeployment: Bool) async throws -> [Finding] {
        try await told { try await engine.findings(isDeployment: isDeployment) }
    }

    /// Marks the database as used by a server until ``close()``.
    /// - Throws: ``StartError`` if a command needs the database for itself.
    func beginServing() throws(StartError) { try engine.beginServing() }

    /// The recorded fingerprints of the secrets; none where the tables do not exist yet.
    func recordedSecrets() async throws -> RecordedSecrets {
        let tables = Set(try await appliedMigrations())
        return RecordedSecrets(
            signing: tables.contains(Migration.signingKey.name) ? try await keys.fingerprint(of: .signingKey) : nil,
            root: tables.contains(Migration.rootSecret.name) ? try await keys.fingerprint(of: .root) : nil)
    }

    /// Checks that all servers on the database have the same secrets, and records those of the first one.
    /// - Throws: ``StartError`` if the other servers have other secrets; ``StoreUnavailable``.
    func join(with secrets: Secrets) async throws {
        let now = now()
        let (key, root) = (secrets.signing.fingerprint, secrets.root.fingerprint)
        let signing = try await keys.claim(key, of: .signingKey, at: now)
        guard signing == key else { throw StartError.otherKey(recorded: signing, given: key) }
        let claimed =
            secrets.hasRootOfItsOwn
            ? try await keys.claim(root, of: .root, at: now) : try await keys.fingerprint(of: .root)
        guard claimed == nil || claimed == root else { throw StartError.otherRoot }
    }

    /// Deletes the record of a secret, so that the next server may bring another one.
    /// - Parameter isForced: true to do it also while servers run.
    /// - Throws: ``StartError`` if servers run; ``StoreUnavailable``.
    func forget(_ secret: SharedSecret, isForced: Bool, in context: RequestContext) async throws {
        let work = { [keys] in
            // PostgreSQL notices the end of a server a moment later.
            let deadline = ContinuousClock.now + .seconds(1)
            while try await !keys.forget(secret, isForced: isForced, in: context) {
                guard ContinuousClock.now < deadline else { throw StartError.served(self.place) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        if isForced { return try await work() }
        try await engine.withoutServers(work)
    }

    /// Deletes change notices that every process has had time to read.
    func pruneChanges(now: Timestamp) async throws {
        try await told { try await engine.pruneChanges(olderThan: now.adding(seconds: -3_600)) }
    }

    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError) {
        try engine.backup(to: file, progress: progress)
    }

    /// Blocks until all pending writes are done.
    func close() { engine.close() }

    private func told<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let error as SQLError {
            throw StartError.database(error)
        } catch let error as MigrationError {
            throw StartError.migration(error)
        }
    }
}
