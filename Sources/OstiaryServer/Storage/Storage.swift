import FoundationEssentials
import Glibc
import Logging
import OstiaryCore
import OstiarySQL
import OstiarySQLite
import Synchronization

/// The opened database with everything that is built on it.
final class Storage: Sendable {
    let path: String
    let accounts: any AccountStore
    let sessions: any SessionStore
    let settings: any SettingsStore
    let constanceTable: any SettingsStore
    let journal: any SettingsJournal
    private let database: SQLiteDatabase
    private let migrator: Migrator
    private let listeners = ChangeListeners()
    private let poll = Mutex<SQLiteChangePoll?>(nil)

    /// Opens the database. Blocks while it does.
    /// - Parameter creates: whether directory and file are made where they are missing.
    /// - Throws: ``StartError``.
    init(configuration: ServerConfiguration, creates: Bool) throws(StartError) {
        let path =
            switch configuration.database {
            case .sqlite(let path): path
            }
        guard creates || access(path, F_OK) == 0 else { throw .noDatabase(path) }
        if creates { try Self.prepare(configuration.dataDirectory) }
        do throws(SQLError) {
            let listeners = self.listeners
            self.database = try SQLiteDatabase(path: path) { listeners.tell(ChangeNotice(.some($0))) }
        } catch {
            throw .database(error)
        }
        self.path = path
        self.accounts = SQLAccountStore(database: database)
        self.sessions = SQLSessionStore(database: database)
        self.settings = SQLSettingsStore(database: database)
        self.constanceTable = ConstanceTableStore(database: database)
        self.journal = SQLSettingsJournal(database: database)
        self.migrator = Migrator(database, Schema().migrations)
    }

    /// Readable for its owner only: it holds the key.
    private static func prepare(_ directory: String) throws(StartError) {
        if mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw .directory(directory, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .directory(directory, reason: "it is not a directory")
        }
        guard access(directory, W_OK | X_OK) == 0 else {
            throw .directory(directory, reason: String(cString: strerror(errno)))
        }
    }

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
    func startChangeFeed() {
        let listeners = self.listeners
        poll.withLock { poll in
            if poll == nil { poll = SQLiteChangePoll(path: path) { listeners.tell(ChangeNotice($0)) } }
        }
    }

    func listen(_ listener: @escaping @Sendable (ChangeNotice) -> Void) { listeners.add(listener) }

    /// Whether what listeners were told is complete up to a second ago.
    func holdsLease() -> Bool { poll.withLock { $0 }?.holdsLease() ?? false }

    /// How many reads and writes wait.
    var waiting: Int { database.waitingReads + database.waitingWrites }

    /// Whether the database answers.
    func isReachable() async -> Bool {
        (try? await database.read { try $0.run("SELECT 1 FROM ostiary_setting LIMIT 1").count }) != nil
    }

    /// Deletes notices that every process has had time to read.
    func pruneChanges(now: Timestamp) async throws {
        try await told { _ = try await database.pruneChanges(olderThan: now.adding(seconds: -3_600)) }
    }

    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError) {
        do throws(SQLError) {
            try SQLiteBackup.copy(from: path, to: file, progress: progress)
        } catch {
            throw .database(error)
        }
    }

    /// Blocks until everything that waits is written.
    func close() {
        poll.withLock { poll in
            defer { poll = nil }; return poll
        }?.stop()
        database.close()
    }

    private func told<Value>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let error as SQLError {
            throw StartError.database(error)
        } catch let error as MigrationError {
            throw StartError.migration(error)
        }
    }
}

/// Passes each notice to whoever asked.
final class ChangeListeners: Sendable {
    private let listeners = Mutex<[@Sendable (ChangeNotice) -> Void]>([])

    func add(_ listener: @escaping @Sendable (ChangeNotice) -> Void) { listeners.withLock { $0.append(listener) } }

    func tell(_ notice: ChangeNotice) {
        for listener in listeners.withLock({ $0 }) { listener(notice) }
    }
}
