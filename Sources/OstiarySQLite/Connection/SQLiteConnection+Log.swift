// SPDX-License-Identifier: Apache-2.0

import CSQLite
import OstiarySQL

/// The write-ahead log of a connection that writes.
extension SQLiteConnection {
    /// Updates ``logPages`` at each commit from now on; no commit moves the log into the file by itself any more.
    func watchLog() {
        sqlite3_wal_hook(
            handle,
            { pages, _, _, count in
                pages?.storeBytes(of: count, as: Int32.self)
                return SQLITE_OK
            }, logCount)
    }

    /// The pages of the log after the last commit, including those that were moved into the file already.
    var logPages: Int { Int(logCount.load(as: Int32.self)) }

    /// Moves as many pages of the log into the file as possible without waiting for a lock.
    func moveLog() throws(SQLError) { _ = try run("PRAGMA wal_checkpoint(PASSIVE)") }
}
