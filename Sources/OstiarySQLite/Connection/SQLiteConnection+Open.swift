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

extension SQLiteConnection {
    static func open(_ path: String, _ role: Role) throws(SQLError) -> OpaquePointer {
        guard !path.isEmpty, path != ":memory:", !path.utf8.contains(0) else {
            throw SQLError(.cannotOpen, advice: "the database needs the path of a file")
        }
        if role == .writer { try createFile(path) }
        var handle: OpaquePointer?
        // Each connection belongs to one thread, so SQLite's own mutexes would only cost.
        let access =
            role == .observer(opensLog: false, keepsLog: false) ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let code = sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX, nil)
        if code == SQLITE_OK, let handle { return handle }
        let number = sqlite3_system_errno(handle)
        sqlite3_close_v2(handle)
        throw SQLError(sqlite: code, message: "").advising(Self.advice(path, errno: number))
    }

    /// Creates the file for its owner only, whatever the umask; SQLite gives `-wal` and `-shm` the same mode.
    ///
    /// An existing file is not even opened: closing it would drop the locks that this process holds on it (POSIX).
    private static func createFile(_ path: String) throws(SQLError) {
        let file = Self.createExclusively(path)
        if file >= 0 {
            close(file)
        } else if errno != EEXIST {
            throw SQLError(.cannotOpen, advice: Self.advice(path, errno: errno))
        }
    }

    /// Creates a file that only its owner may read.
    /// - Returns: its descriptor; -1 with errno if the file exists or cannot be created.
    static func createExclusively(_ path: String) -> Int32 {
        #if canImport(Glibc)
            let file = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        #elseif canImport(Musl)
            let file = Musl.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        #else
            let file = Darwin.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        #endif
        if file >= 0 { fchmod(file, 0o600) }
        return file
    }

    /// - Returns: the size of a file in bytes; 0 if it cannot be read.
    static func size(of path: String) -> Int {
        var state = stat()
        return stat(path, &state) == 0 ? Int(clamping: state.st_size) : 0
    }

    func configureWriter(busyTimeout: Int32) throws(SQLError) {
        guard sqlite3_db_readonly(handle, "main") == 0 else { throw SQLError(.readOnly) }
        try enterWAL(busyTimeout: busyTimeout)
        try execute("PRAGMA synchronous = FULL")
        try execute("PRAGMA foreign_keys = ON")
        // After a burst the log is cut back to this when it is checkpointed.
        _ = try run("PRAGMA journal_size_limit = 67108864")
        // In pages, for connections without a SQLiteCheckpointer: migrations and tests.
        _ = try run("PRAGMA wal_autocheckpoint = 4000")
        // In KiB. Other pages are read again from the log.
        _ = try run("PRAGMA cache_size = -4096")
        try verifySettings()
    }

    /// Reads the settings back, since SQLite ignores a setting that it cannot apply.
    package func verifySettings() throws(SQLError) {
        guard try setting("PRAGMA journal_mode") == .text("wal") else {
            throw SQLError(.notDurable, detail: "journal_mode is not WAL")
        }
        guard try setting("PRAGMA synchronous") == .integer(2) else {
            throw SQLError(.notDurable, detail: "synchronous is not FULL")
        }
        guard try setting("PRAGMA foreign_keys") == .integer(1) else {
            throw SQLError(.other, detail: "foreign keys are not enforced")
        }
    }

    /// Switches to WAL. SQLite returns "busy" at once, without its timeout, while another connection switches too.
    /// - Throws: ``SQLError`` with `notDurable` if another process holds a lock on a file that is not in this mode.
    private func enterWAL(busyTimeout: Int32) throws(SQLError) {
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .milliseconds(Int64(busyTimeout)))
        while true {
            do throws(SQLError) {
                _ = try run("PRAGMA journal_mode = WAL")
                return
            } catch {
                guard error.code == .busy else { throw error }
                if clock.now < deadline {
                    usleep(10_000)
                } else if let mode = try? setting("PRAGMA journal_mode"), mode != .text("wal") {
                    throw noWAL
                } else {
                    throw error
                }
            }
        }
    }

    private var noWAL: SQLError {
        let path = sqlite3_db_filename(handle, "main").map { String(cString: $0) } ?? ""
        return SQLError(
            .notDurable,
            advice: """
                the database \(path) cannot change to write-ahead logging, since another process holds a lock on it: end \
                that for a moment, or change it there by PRAGMA journal_mode = WAL
                """)
    }

    private func setting(_ pragma: SQLQuery) throws(SQLError) -> SQLValue? {
        try run(pragma).first?.values.first
    }

    private static func advice(_ path: String, errno number: Int32) -> String {
        let reason =
            switch number {
            case ENOENT: "there is no such file or directory; create the directory, or correct the path"
            case ENOTDIR: "a part of the path is not a directory; correct the path"
            case EISDIR: "it is a directory; give the path of a file"
            case EACCES, EPERM: "this user may not; let it read and write the file and its directory"
            case EROFS: "the file system is mounted read-only; choose another place"
            case 0: "it is not a regular file that this user may read and write"
            default: String(cString: strerror(number))
            }
        return "cannot open the database \(path): \(reason)"
    }
}

extension SQLError {
    /// The error with an advice that names the file.
    func naming(_ path: String) -> SQLError {
        switch code {
        case .notADatabase: advising("\(path) is not an SQLite database; give another path or move the file away")
        case .corrupt: advising("the database \(path) is damaged; restore it from a backup")
        case .busy: advising("the database \(path) is locked by another process; stop that, then start again")
        case .readOnly: advising("the database \(path) is write-protected; let this user write it and its directory")
        case .notDurable: advising("the database \(path) is not durable (\(detail)); put it on a local file system")
        case .full: advising("no space is left for the database \(path)")
        default: advising("the database \(path) cannot be used: \(detail)")
        }
    }
}
