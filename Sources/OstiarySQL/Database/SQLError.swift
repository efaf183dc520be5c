// SPDX-License-Identifier: Apache-2.0

/// What a database refused or failed at.
public struct SQLError: Error, Sendable, Equatable {
    public enum Code: Sendable, Hashable {
        /// A second row with a value that must be unique.
        /// - Parameter constraint: what the driver tells about it: `table.column` for SQLite (several are joined by
        ///   a comma and a space), the constraint's name for PostgreSQL.
        case uniqueViolation(constraint: String)
        case foreignKeyViolation
        /// NOT NULL, CHECK or a trigger.
        case constraint
        /// Another connection held a lock for longer than the driver waits.
        case busy
        case readOnly
        /// The disk, or the database's own limit.
        case full
        case ioError
        case corrupt
        case notADatabase
        case cannotOpen
        case noSuchTable
        /// Text that the database cannot keep: PostgreSQL has no NUL.
        case invalidText
        /// The server cannot be reached or does not answer in time. Nothing was kept, as far as is known.
        case unavailable
        /// Another transaction was in the way, and was so again when the closure was run anew.
        case conflict
        /// The database does not confirm the durability that was asked for.
        case notDurable
        case closed
        /// Too many callers wait; the statement was not started.
        case overloaded
        /// A column was of another kind than the code expected.
        case decoding
        case other
    }

    public let code: Code
    /// For the operator, with paths and advice; never with values.
    public let advice: String?
    /// The driver's own words. May quote the statement.
    public let detail: String
    /// The driver's number: SQLite's extended result code, or 0. PostgreSQL's SQLSTATE stands in ``detail``.
    public let driverCode: Int32

    public init(_ code: Code, advice: String? = nil, detail: String = "", driverCode: Int32 = 0) {
        self.code = code
        self.advice = advice
        self.detail = detail
        self.driverCode = driverCode
    }

    /// The same error with a text for the operator.
    public func advising(_ advice: String) -> SQLError {
        SQLError(code, advice: advice, detail: detail, driverCode: driverCode)
    }
}

extension SQLError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Safe to log: names no value and quotes no statement.
    public var description: String { advice ?? code.sentence }

    /// Tells the driver's words and number.
    public var debugDescription: String {
        "SQLError(\(code), \(description), detail: \(detail), driverCode: \(driverCode))"
    }
}

extension SQLError.Code {
    fileprivate var sentence: String {
        switch self {
        case .uniqueViolation(let constraint): "the value is taken (\(constraint))"
        case .foreignKeyViolation: "a row that is referred to does not exist or is still in use"
        case .constraint: "the database refused the row"
        case .busy: "the database is locked by another connection"
        case .readOnly: "the database is read-only"
        case .full: "the disk or the database is full"
        case .ioError: "the database could not read or write its file"
        case .corrupt: "the database is damaged"
        case .notADatabase: "the file is not a database"
        case .cannotOpen: "the database cannot be opened"
        case .noSuchTable: "a table is missing"
        case .invalidText: "the database cannot keep such text"
        case .unavailable: "the database is unavailable"
        case .conflict: "another transaction was in the way"
        case .notDurable: "the database does not confirm the durability asked for"
        case .closed: "the database is closed"
        case .overloaded: "too many requests wait for the database"
        case .decoding: "a column has an unexpected kind"
        case .other: "the database reported an error"
        }
    }
}
