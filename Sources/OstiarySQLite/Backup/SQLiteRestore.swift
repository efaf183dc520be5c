// SPDX-License-Identifier: Apache-2.0

package import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Replacement of a database file by another one.
package enum SQLiteRestore {
    /// Gives a database file the name of another one, in one step: a crash leaves either the old state or the new one.
    ///
    /// A log beside the old file is folded into it first, since SQLite would apply it to the new one.
    /// - Parameters:
    ///   - staged: the path of the new file, in the same directory, without a log and used by no connection.
    ///   - path: the path of the database; it may be missing or damaged.
    ///   - kept: the path that the old file gets, which must not exist.
    /// - Returns: true if there was an old file.
    /// - Throws: ``SQLError``: ``SQLError/Code/busy`` if another process uses the database; nothing was changed then.
    package static func replace(_ path: String, by staged: String, keeping kept: String) throws(SQLError) -> Bool {
        let exists = access(path, F_OK) == 0
        // The connection holds its lock until the end of this function.
        let old = exists ? try alone(path) : nil
        defer { withExtendedLifetime(old) {} }
        if exists, link(path, kept) != 0 { throw failure("keep", path) }
        if old == nil {
            // Without the old file, or with a damaged one, its log cannot be folded in.
            for suffix in ["-wal", "-journal"] where access(path + suffix, F_OK) == 0 {
                guard rename(path + suffix, kept + suffix) == 0 else { throw failure("move", path + suffix) }
            }
            unlink(path + "-shm")
        }
        guard rename(staged, path) == 0 else { throw failure("rename", staged) }
        SQLiteBackup.syncDirectory(of: path)
        return exists
    }

    /// Folds the log into the file and takes the file for this connection alone.
    /// - Returns: nil if the file is damaged.
    private static func alone(_ path: String) throws(SQLError) -> SQLiteConnection? {
        do throws(SQLError) {
            let connection = try SQLiteConnection(path: path, role: .copy, busyTimeout: 2_000)
            _ = try connection.run("PRAGMA locking_mode = EXCLUSIVE")
            guard try connection.run("PRAGMA journal_mode = DELETE") == [SQLRow([.text("delete")])] else {
                throw SQLError(.busy)
            }
            try connection.execute("BEGIN EXCLUSIVE")
            return connection
        } catch {
            switch error.code {
            case .notADatabase, .corrupt: return nil
            case .busy: throw error.naming(path)
            default: throw error
            }
        }
    }

    private static func failure(_ verb: String, _ path: String) -> SQLError {
        SQLError(.ioError, advice: "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
