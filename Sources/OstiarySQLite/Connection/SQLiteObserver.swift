// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
package import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connection to a file of another program that leaves every file as it is: the journal mode, the log of a writer that
/// has crashed, and the owner's rights. ``SQLiteDatabase`` would switch to WAL.
package struct SQLiteObserver: Sendable {
    private let path: String
    /// The journal mode that is recorded in the file.
    package let isWAL: Bool

    /// Reads the header of the file. No connection of this process to it may be open: closing a file drops the locks
    /// that the process has on it (POSIX).
    /// - Parameter path: the path of an existing file.
    /// - Throws: ``OstiarySQL/SQLError`` with an advice that names the path.
    package init(path: String) throws(SQLError) {
        self.path = path
        // Bytes 18 and 19 of the header: the versions of the format for writing and for reading, 2 for WAL.
        guard let header = Self.start(of: path, count: 20) else {
            throw SQLError(.cannotOpen, advice: "the database \(path) cannot be read by this user")
        }
        guard header.isEmpty || header.starts(with: "SQLite format 3\0".utf8) else {
            throw SQLError(.notADatabase).naming(path)
        }
        self.isWAL = header.count == 20 && header[18] == 2
    }

    /// Runs a closure on one snapshot of the data, on a thread of its own.
    /// - Throws: the error of the closure, or ``OstiarySQL/SQLError``.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isStarted = DedicatedThread.detach {
                continuation.resume(
                    with: Result {
                        do {
                            let connection = try SQLiteConnection(path: path, role: role, busyTimeout: 5_000)
                            return try connection.snapshot { try body(connection) }
                        } catch let error as SQLError where error.driverCode == Self.hotJournal {
                            throw error.advising(
                                "a program that was writing to \(path) has crashed; let Django open the database once")
                        }
                    })
            }
            if !isStarted {
                continuation.resume(
                    throwing: SQLError(.cannotOpen, advice: "the operating system refuses another thread"))
            }
        }
    }

    /// The last connection to close would move a log that lies there into the file. Without one, the log and its index
    /// that SQLite makes for a reader are gone with it.
    private var role: SQLiteConnection.Role {
        .observer(opensLog: isWAL, keepsLog: isWAL && SQLiteConnection.size(of: path + "-wal") > 0)
    }

    /// SQLITE_READONLY_ROLLBACK, a macro that Swift cannot import: only a connection that writes can undo what a program
    /// left half done.
    private static let hotJournal: Int32 = 8 | 3 << 8

    /// - Returns: the first bytes of a file, fewer if it is shorter; nil if it cannot be read.
    private static func start(of path: String, count: Int) -> [UInt8]? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = fread(buffer.baseAddress, 1, count, file)
        }
    }
}
