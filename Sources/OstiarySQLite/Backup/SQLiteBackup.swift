// SPDX-License-Identifier: Apache-2.0

import CSQLite
package import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Copies of a database that is in use.
package enum SQLiteBackup {
    /// Copies one snapshot of the database, checks the copy and then renames it to its name.
    ///
    /// Blocks the caller, but no writer. The copy is one file, readable for its owner only, and durable on return.
    /// - Parameters:
    ///   - file: the path of the copy, which must not exist.
    ///   - pagesPerStep: the pages that are copied between two calls of `progress`.
    ///   - progress: called with the copied pages and the total of pages.
    /// - Throws: ``SQLError``; no file is left then.
    package static func copy(
        from path: String,
        to file: String,
        pagesPerStep: Int32 = 1_024,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(SQLError) {
        let part = file + ".part"
        guard access(file, F_OK) != 0 else { throw taken(file) }
        // The exclusive creation also keeps two backups to the same name apart.
        let descriptor = SQLiteConnection.createExclusively(part)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? taken(part)
                : SQLError(
                    .cannotOpen, advice: "cannot create the backup \(part): \(String(cString: strerror(errno)))"
                )
        }
        close(descriptor)
        do throws(SQLError) {
            try fill(part, from: path, pagesPerStep: pagesPerStep, progress: progress)
            try publish(part, as: file)
        } catch {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(part + suffix) }
            throw error
        }
    }

    private static func fill(
        _ part: String, from path: String, pagesPerStep: Int32, progress: (Int, Int) -> Void
    ) throws(SQLError) {
        let source = try SQLiteConnection(path: path, role: .reader, busyTimeout: 5_000)
        let target = try SQLiteConnection(path: part, role: .copy, busyTimeout: 5_000)
        // With an open snapshot all steps copy the same state; without one SQLite would start the copy again after
        // every write of another connection.
        try source.execute("BEGIN")
        _ = try source.run("SELECT count(*) FROM sqlite_master")
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw target.failure(sqlite3_extended_errcode(target.handle))
        }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = sqlite3_backup_step(backup, max(1, pagesPerStep))
            let total = Int(sqlite3_backup_pagecount(backup))
            progress(total - Int(sqlite3_backup_remaining(backup)), total)
        }
        sqlite3_backup_finish(backup)
        source.rollBack()
        guard code == SQLITE_DONE else { throw target.failure(code) }
        // The copied header says WAL; without it the backup is a single file.
        _ = try target.run("PRAGMA journal_mode = DELETE")
        guard try target.run("PRAGMA quick_check(1)") == [SQLRow([.text("ok")])] else {
            throw SQLError(.corrupt, advice: "the copy of \(path) is damaged, so the database is: restore a backup")
        }
    }

    private static func publish(_ part: String, as file: String) throws(SQLError) {
        guard access(file, F_OK) != 0 else { throw taken(file) }
        guard rename(part, file) == 0 else {
            throw SQLError(.ioError, advice: "cannot rename \(part): \(String(cString: strerror(errno)))")
        }
        syncDirectory(of: file)
    }

    /// Makes the new name durable. File systems that refuse to sync a directory do not need it.
    static func syncDirectory(of file: String) {
        let end = file.lastIndex(of: "/")
        let directory = end.map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        let descriptor = open(directory, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func taken(_ file: String) -> SQLError {
        SQLError(.cannotOpen, advice: "\(file) exists already; choose another name, or delete it first")
    }
}
