// SPDX-License-Identifier: Apache-2.0

import CSQLite
import OstiarySQL

extension SQLError {
    /// - Parameters:
    ///   - code: an extended result code.
    ///   - message: the text of `sqlite3_errmsg`.
    init(sqlite code: Int32, message: String) {
        self.init(Code(sqlite: code, message: message), detail: message, driverCode: code)
    }
}

extension SQLError.Code {
    fileprivate init(sqlite code: Int32, message: String) {
        // An extended code carries the primary one in its low byte.
        switch code & 0xff {
        case SQLITE_CONSTRAINT: self = Self.violation(code, message: message)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR: self = .ioError
        case SQLITE_CORRUPT: self = .corrupt
        case SQLITE_NOTADB: self = .notADatabase
        case SQLITE_CANTOPEN: self = .cannotOpen
        // SQLite has no code for a missing table.
        case SQLITE_ERROR where message.hasPrefix("no such table: "): self = .noSuchTable
        default: self = .other
        }
    }

    private static func violation(_ code: Int32, message: String) -> SQLError.Code {
        // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID and _FOREIGNKEY, macros that Swift cannot import.
        switch code >> 8 {
        case 8, 6, 10:
            // "UNIQUE constraint failed: table.column, table.column"
            let parts = message.split(separator: ": ", maxSplits: 1)
            return .uniqueViolation(constraint: parts.count == 2 ? String(parts[1]) : "")
        case 3:
            return .foreignKeyViolation
        default:
            return .constraint
        }
    }
}
