// SPDX-License-Identifier: Apache-2.0

/// One row of a result, whose columns are read by position from 0.
///
/// Every accessor throws ``SQLError`` with the code `decoding` if the column is missing or of another type. An accessor
/// whose name begins with `optional` returns nil for NULL; for all others NULL is an error.
public struct SQLRow: Sendable, Equatable {
    /// The values in the order of the columns.
    public let values: [SQLValue]

    /// - Parameter values: the values in the order of the columns.
    public init(_ values: [SQLValue]) {
        self.values = values
    }

    /// - Throws: ``SQLError`` for NULL and for a column that is no integer.
    public func integer(_ column: Int) throws(SQLError) -> Int64 {
        try required(try optionalInteger(column), column)
    }

    /// - Throws: ``SQLError`` for NULL and for a column that is no text.
    public func text(_ column: Int) throws(SQLError) -> String {
        try required(try optionalText(column), column)
    }

    /// - Throws: ``SQLError`` for NULL and for a column that is no blob.
    public func blob(_ column: Int) throws(SQLError) -> [UInt8] {
        try required(try optionalBlob(column), column)
    }

    /// - Throws: ``SQLError`` for NULL and for a column that is not 0 or 1.
    public func bool(_ column: Int) throws(SQLError) -> Bool {
        try required(try optionalBool(column), column)
    }

    /// - Returns: nil for NULL.
    public func optionalInteger(_ column: Int) throws(SQLError) -> Int64? {
        switch try value(column) {
        case .integer(let value): value
        case .null: nil
        case let other: throw mismatch(column, other)
        }
    }

    /// - Returns: nil for NULL.
    public func optionalText(_ column: Int) throws(SQLError) -> String? {
        switch try value(column) {
        case .text(let value): value
        case .null: nil
        case let other: throw mismatch(column, other)
        }
    }

    /// - Returns: nil for NULL.
    public func optionalBlob(_ column: Int) throws(SQLError) -> [UInt8]? {
        switch try value(column) {
        case .blob(let value): value
        case .null: nil
        case let other: throw mismatch(column, other)
        }
    }

    /// - Returns: nil for NULL.
    /// - Throws: ``SQLError`` for a column that is not 0 or 1.
    public func optionalBool(_ column: Int) throws(SQLError) -> Bool? {
        switch try value(column) {
        case .integer(0): false
        case .integer(1): true
        case .null: nil
        case let other: throw mismatch(column, other)
        }
    }

    private func value(_ column: Int) throws(SQLError) -> SQLValue {
        guard values.indices.contains(column) else {
            throw SQLError(.decoding, detail: "column \(column) of \(values.count)")
        }
        return values[column]
    }

    private func required<Value>(_ value: Value?, _ column: Int) throws(SQLError) -> Value {
        guard let value else { throw mismatch(column, .null) }
        return value
    }

    private func mismatch(_ column: Int, _ value: SQLValue) -> SQLError {
        SQLError(.decoding, detail: "column \(column) is not of the wanted kind: \(value)")
    }
}
