// SPDX-License-Identifier: Apache-2.0

import CSQLite
package import OstiarySQL

/// A connection to one SQLite file, used by one thread.
package final class SQLiteConnection: SQLConnection {
    package enum Role: Equatable {
        /// Creates a missing file; sets WAL, `synchronous=FULL` and foreign keys, and verifies them.
        case writer
        /// Opens an existing file and does not write to it.
        case reader
        /// Opens an existing file without changing its journal mode: a backup, or a checkpoint.
        case copy
        /// Opens the file of another program, and writes nothing; see ``SQLiteObserver``.
        /// - Parameters:
        ///   - opensLog: true for a file in WAL mode, whose readers take part in its log.
        ///   - keepsLog: true to leave the log as it is when the last connection closes.
        case observer(opensLog: Bool, keepsLog: Bool)
    }

    package let dialect = SQLDialect.sqlite
    let handle: OpaquePointer
    private var statements = SQLiteStatementCache(capacity: 256)
    let logCount = UnsafeMutableRawPointer.allocate(byteCount: 4, alignment: 4)

    /// - Parameters:
    ///   - path: the path of a file; in-memory databases are refused, since each connection would have its own.
    ///   - busyTimeout: the milliseconds to wait for the lock of another connection.
    package init(path: String, role: Role, busyTimeout: Int32) throws(SQLError) {
        self.handle = try Self.open(path, role)
        logCount.storeBytes(of: 0, as: Int32.self)
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyTimeout)
        do throws(SQLError) {
            switch role {
            case .writer: try configureWriter(busyTimeout: busyTimeout)
            case .reader: try execute("PRAGMA query_only = ON")
            case .copy: try execute("PRAGMA synchronous = FULL")
            case .observer(_, let keepsLog):
                if keepsLog { try check(ostiary_keep_log(handle)) }
                try execute("PRAGMA query_only = ON")
            }
        } catch {
            throw error.advice == nil ? error.naming(path) : error
        }
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
        logCount.deallocate()
    }

    package var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// True if a COMMIT would fail for a deferred foreign key.
    var owesForeignKeys: Bool {
        var current: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    /// The number of cached prepared statements.
    package var preparedStatements: Int { statements.count }

    package func run(_ query: SQLQuery) throws(SQLError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try forEachRow(of: query) { statement throws(SQLError) in rows.append(try SQLRow(current: statement)) }
        return rows
    }

    @discardableResult
    package func execute(_ query: SQLQuery) throws(SQLError) -> Int {
        // After any other statement than INSERT, UPDATE and DELETE, sqlite3_changes returns the number of an earlier
        // one.
        let before = sqlite3_total_changes64(handle)
        try forEachRow(of: query) { _ in }
        return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
    }

    package func script(_ sql: String) throws(SQLError) {
        // C ends the text at a NUL, so the rest would be ignored silently.
        guard !sql.utf8.contains(0) else { throw SQLError(.other, detail: "NUL in a script") }
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// Runs a closure on one snapshot of the data.
    func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
        try execute("BEGIN")
        defer { rollBack() }
        return try body()
    }

    /// Rolls back the transaction, if one is open.
    func rollBack() {
        // After a failure the next BEGIN fails too and reports it.
        if isInTransaction { _ = try? execute("ROLLBACK") }
    }

    private func forEachRow(
        of query: SQLQuery, _ body: (OpaquePointer) throws(SQLError) -> Void
    ) throws(SQLError) {
        let statement = try prepared(query.text(for: .sqlite))
        defer {
            sqlite3_reset(statement)
            // Bound values may be secrets and must not stay in memory with the statement.
            sqlite3_clear_bindings(statement)
        }
        guard sqlite3_bind_parameter_count(statement) == query.bindings.count else {
            throw SQLError(.other, detail: "placeholders and bindings differ in number")
        }
        var index: Int32 = 0
        for value in query.bindings {
            index += 1
            try check(value.bind(to: statement, at: index))
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try body(statement)
            case SQLITE_DONE: return
            case let code: throw failure(code)
            }
        }
    }

    private func prepared(_ text: String) throws(SQLError) -> OpaquePointer {
        if let statement = statements[text] { return statement }
        var statement: OpaquePointer?
        var hasTail = false
        let code = text.withCString { start in
            var tail: UnsafePointer<CChar>?
            let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
            let code = sqlite3_prepare_v3(handle, start, -1, flags, &statement, &tail)
            hasTail = tail.map { $0.pointee != 0 } ?? false
            return code
        }
        try check(code)
        guard let statement, !hasTail else {
            // SQLite prepares the first of several statements and ignores the others.
            sqlite3_finalize(statement)
            throw SQLError(.other, detail: "a query is exactly one statement, without a semicolon")
        }
        statements.insert(statement, for: text)
        return statement
    }

    func check(_ code: Int32) throws(SQLError) {
        if code != SQLITE_OK { throw failure(code) }
    }

    func failure(_ code: Int32) -> SQLError {
        SQLError(sqlite: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
