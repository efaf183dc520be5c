// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

/// The functions that differ between database engines.
protocol StorageEngine: Sendable {
    var database: any SQLDatabase & WriteFailureKeeping { get }
    /// The location of the data, for people, without a password.
    var place: String { get }
    /// The number of reads and writes that wait.
    var waiting: Int { get }

    /// Reads a row. Says nothing about writes, unless the database itself says that it takes none.
    func reach() async -> DatabaseState
    /// The writes of stores that failed.
    var failures: WriteFailures { get }
    /// Commits a write that changes nothing.
    /// - Parameter isGrowing: true to try also that the database can become larger.
    /// - Throws: ``SQLError`` if the database does not keep writes.
    func tryWriting(isGrowing: Bool) async throws

    /// The faults of the role and the settings with which the database is used.
    /// - Parameter isDeployment: true to look also for faults that matter on the open network only.
    /// - Throws: ``SQLError``.
    func findings(isDeployment: Bool) async throws -> [Finding]

    /// Marks the database as used by a server until ``close()``.
    /// - Throws: ``StartError`` if a command needs the database for itself.
    func beginServing() throws(StartError)
    /// Runs work while no server may begin to serve.
    /// - Throws: ``StartError`` if a server uses the database, or a command needs it for itself.
    func withoutServers<Value>(_ work: () async throws -> Value) async throws -> Value
    /// Starts to report the changes of other processes.
    /// - Parameter trigger: the trigger by which another program announces its own; nil for none.
    func startChangeFeed(proving trigger: ChangeTrigger?)
    /// True if the change feed itself has found that trigger, at the last commit before the lease.
    var provesTrigger: Bool { get }
    /// True if all changes up to a second ago were reported.
    func holdsLease() -> Bool
    /// Deletes change notices that every process has had time to read.
    func pruneChanges(olderThan time: Timestamp) async throws
    /// Copies the data while it is in use. Blocks.
    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError)
    /// Blocks until all pending writes are done.
    func close()
}
