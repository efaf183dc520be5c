// SPDX-License-Identifier: Apache-2.0

/// An error of a database.
public struct SQLError: Error, Sendable, Equatable {
    /// The kind of an error, common to all engines.
    public enum Code: Sendable, Hashable {
        /// A value that must be unique is taken.
        /// - Parameter constraint: `table.column` for SQLite, several joined by a comma and a space; the name of the
        ///   constraint for PostgreSQL.
        case uniqueViolation(constraint: String)
        /// A row that is referred to does not exist, or is still referred to.
        case foreignKeyViolation
        /// NOT NULL, CHECK or a trigger refused the row.
        case constraint
        /// Another connection held a lock for longer than the driver waits.
        case busy
        /// The database, its file or its server takes no writes.
        case readOnly
        /// The role lacks a right on a table.
        case denied
        /// The disk is full, or the database has reached its limit.
        case full
        /// The database could not read or write its file.
        case ioError
        /// The database is damaged.
        case corrupt
        /// The file is no database.
        case notADatabase
        /// The database cannot be opened: no such file, no right to it, a server of an unsuitable version.
        case cannotOpen
        /// A table of the statement does not exist.
        case noSuchTable
        /// The database cannot keep the text: PostgreSQL takes no NUL.
        case invalidText
        /// The server cannot be reached or did not answer in time. Nothing was kept, as far as the driver knows.
        case unavailable
        /// Another transaction was in conflict, in every repetition.
        case conflict
        /// The database does not confirm the required durability.
        case notDurable
        /// The database was closed by its owner; the closure was not run.
        case closed
        /// Too many callers wait; the closure was not run.
        case overloaded
        /// A column has another type than the code expects.
        case decoding
        /// Every other error; ``detail`` has the driver's text.
        case other
    }

    /// The kind of the error.
    public let code: Code
    /// A text for operators, with paths and advice but without values.
    public let advice: String?
    /// The text of the driver, which may quote the statement.
    public let detail: String
    /// SQLite's extended result code, or 0. PostgreSQL's SQLSTATE is in ``detail``.
    public let driverCode: Int32

    /// - Parameters:
    ///   - code: the kind of the error.
    ///   - advice: a text for operators, without values; nil for none.
    ///   - detail: the text of the driver.
    ///   - driverCode: SQLite's extended result code, or 0.
    public init(_ code: Code, advice: String? = nil, detail: String = "", driverCode: Int32 = 0) {
        self.code = code
        self.advice = advice
        self.detail = detail
        self.driverCode = driverCode
    }

    /// The error with a text for operators.
    public func advising(_ advice: String) -> SQLError {
        SQLError(code, advice: advice, detail: detail, driverCode: driverCode)
    }
}

extension SQLError: CustomStringConvertible, CustomDebugStringConvertible {
    /// A text without values and statements, safe to log.
    public var description: String { advice ?? code.sentence }

    /// The text for operators: the advice; without one the kind of the error and the text of the driver.
    public var report: String {
        guard advice == nil, !detail.isEmpty else { return description }
        return "\(description) (\(detail)\(driverCode == 0 ? "" : ", code \(driverCode)"))"
    }

    /// The text with detail and code of the driver.
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
        case .denied: "the role lacks a right"
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
