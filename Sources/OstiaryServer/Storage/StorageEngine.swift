// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

/// What the database engines do each in their own way.
protocol StorageEngine: Sendable {
    var database: any SQLDatabase { get }
    /// Where the data is, for people: no password.
    var place: String { get }
    /// Whether servers on other machines may use it too.
    var isShared: Bool { get }
    /// How many reads and writes wait.
    var waiting: Int { get }

    /// Whether it answers and takes writes.
    func isReachable() async -> Bool

    /// Begins to tell what other processes change.
    func startChangeFeed()
    /// Whether what was told is complete up to a second ago.
    func holdsLease() -> Bool
    /// Deletes notices that every process has had time to read.
    func pruneChanges(olderThan time: Timestamp) async throws
    /// Copies the data while it is used. Blocks.
    func backup(to file: String, progress: @escaping @Sendable (Int, Int) -> Void) throws(StartError)
    /// Blocks until everything that waits is written.
    func close()
}
