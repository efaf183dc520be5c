// SPDX-License-Identifier: Apache-2.0

import CSQLite
import OstiarySQL

/// Tells SQLite to copy the bytes before the call returns (the `SQLITE_TRANSIENT` of its header, a cast that Swift
/// cannot import).
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension SQLValue {
    /// - Returns: SQLite's result code.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .null:
            return sqlite3_bind_null(statement, index)
        case .integer(let value):
            return sqlite3_bind_int64(statement, index, value)
        case .text(let value):
            // The length is given, so a NUL inside is a character like any other.
            return sqlite3_bind_text64(
                statement, index, value, UInt64(value.utf8.count), transient, UInt8(SQLITE_UTF8)
            )
        case .blob(let bytes):
            // An empty array may have no address, and SQLite takes a null pointer for NULL.
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), transient)
        }
    }
}

extension SQLRow {
    /// - Parameter statement: a statement whose last step returned a row.
    /// - Throws: ``SQLError`` `decoding` for a floating point number and for text that is not UTF-8.
    init(current statement: OpaquePointer) throws(SQLError) {
        var values: [SQLValue] = []
        let count = sqlite3_column_count(statement)
        values.reserveCapacity(Int(count))
        for column in 0..<count {
            values.append(try SQLValue(column: column, of: statement))
        }
        self.init(values)
    }
}

extension SQLValue {
    fileprivate init(column: Int32, of statement: OpaquePointer) throws(SQLError) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL:
            self = .null
        case SQLITE_INTEGER:
            self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_TEXT:
            // The pointer is read first: reading it may convert the value and so change its length.
            let start = sqlite3_column_text(statement, column)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            guard start != nil, let text = String(validating: bytes, as: UTF8.self) else {
                throw SQLError(.decoding, detail: "column \(column) is not UTF-8")
            }
            self = .text(text)
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let count = Int(sqlite3_column_bytes(statement, column))
            self = .blob(start == nil ? [] : Array(UnsafeRawBufferPointer(start: start, count: count)))
        default:
            throw SQLError(.decoding, detail: "column \(column) is a floating point number")
        }
    }
}
