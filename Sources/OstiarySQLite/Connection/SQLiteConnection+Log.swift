// SPDX-License-Identifier: Apache-2.0

import CSQLite
import OstiarySQL

/// The write-ahead log of a connection that writes.
extension SQLiteConnection {
    /// From now on ``logPages`` follows each commit, and no commit moves the log into the file by itself.
    func watchLog() {
        sqlite3_wal_hook(
            handle,
            { pages, _, _, count in
                pages?.storeBytes(of: count, as: Int32.self)
                return SQLITE_OK
            }, logCount)
    }

    /// How many pages the log held after the last commit, those included that were moved already.
    var logPages: Int { Int(logCount.load(as: Int32.self)) }

    /// Moves as much of the log into the file as can be without waiting for anybody.
    func moveLog() throws(SQLError) { _ = try run("PRAGMA wal_checkpoint(PASSIVE)") }
}
