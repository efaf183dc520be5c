// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiarySQL
import OstiarySQLite
import Synchronization

/// A database file that several processes of one machine may use.
final class SQLiteEngine: StorageEngine {
    let place: String
    private let sqlite: SQLiteDatabase
    private let poll = Mutex<SQLiteChangePoll?>(nil)
    private let serving = Mutex<ServingLock?>(nil)
    private let listeners: ChangeListeners

    /// Opens the file. Blocks.
    /// - Parameters:
    ///   - directory: the directory that is created with the file.
    ///   - creates: true to create the directory and the file if they are missing.
    ///   - onRecord: called with the audit entries of each commit.
    /// - Throws: ``StartError``.
    init(
        path: String, directory: String, creates: Bool, listeners: ChangeListeners,
        onRecord: @escaping @Sendable ([AuditEntry]) -> Void
    ) throws(StartError) {
        guard creates || access(path, F_OK) == 0 else { throw .noDatabase(path) }
        if creates { try DataDirectory.prepare(directory) }
        // Whoever makes the log of a file can make its commits.
        for file in [path, path + "-wal", path + "-shm"] {
            if let fault = FileTrust.fault(of: file, in: directory) { throw .untrusted(file, fault) }
        }
        do throws(SQLError) {
            self.sqlite = try SQLiteDatabase(path: path) {
                listeners.tell(ChangeNotice(.some($0)))
            } onRecord: {
                onRecord($0)
            }
        } catch {
            throw .database(error, exitCode: error.code == .notDurable ? ConfigurationError.exitCode : 69)
        }
        self.place = path
        self.listeners = listeners
    }

    var database: any SQLDatabase & WriteFailureKeeping { sqlite }

    var waiting: Int { sqlite.waitingReads + sqlite.waitingWrites }

    var failures: WriteFailures { sqlite.failures }

    func reach() async -> DatabaseState {
        let answer = try? await sqlite.read { try $0.run("SELECT 1 FROM ostiary_setting LIMIT 1").count }
        return answer == nil ? .unavailable : .ok
    }

    /// Each commit makes the log longer, so there is nothing more to try.
    func tryWriting(isGrowing: Bool) async throws {
        try await sqlite.write { transaction in
            // SQLite leaves a page alone when an update changes no byte of it, and writes one that was changed twice.
            for step in [1, -1] as [Int64] {
                try transaction.execute(
                    """
                    UPDATE ostiary_migration SET applied_at = applied_at + \(step)
                    WHERE name = (SELECT min(name) FROM ostiary_migration)
                    """)
            }
        }
    }

    func beginServing() throws(StartError) {
        guard let lock = try ServingLock(besides: place, isShared: true) else { throw .reserved(place) }
        serving.withLock { $0 = lock }
    }

    func withoutServers<Value>(_ work: () async throws -> Value) async throws -> Value {
        guard let lock = try ServingLock(besides: place, isShared: false) else { throw StartError.served(place) }
        defer { withExtendedLifetime(lock) {} }
        return try await work()
    }

    /// A file has no roles.
    func findings(isDeployment: Bool) async throws -> [Finding] { [] }

    func startChangeFeed(proving trigger: ChangeTrigger?) {
        poll.withLock { [listeners] poll in
            guard poll == nil else { return }
            poll = SQLiteChangePoll(path: place, proving: trigger) { listeners.tell(ChangeNotice($0)) }
        }
    }

    var provesTrigger: Bool { poll.withLock { $0 }?.provesTrigger ?? false }

    func holdsLease() -> Bool { poll.withLock { $0 }?.holdsLease() ?? false }

    func pruneChanges(olderThan time: Timestamp) async throws { _ = try await sqlite.pruneChanges(olderThan: time) }

    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError) {
        do throws(SQLError) {
            try SQLiteBackup.copy(from: place, to: file, progress: progress)
        } catch {
            throw .database(error)
        }
    }

    func close() {
        poll.withLock { poll in
            defer { poll = nil }; return poll
        }?.stop()
        sqlite.close()
        serving.withLock { $0 = nil }
    }
}
