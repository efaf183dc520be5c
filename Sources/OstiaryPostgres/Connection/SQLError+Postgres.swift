// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

extension SQLError {
    /// - Parameters:
    ///   - sqlState: the five characters of PostgreSQL's documentation, appendix A.
    ///   - message: the server's primary message. The detail ("Key (email)=(…)") is never read.
    init(sqlState: String, constraint: String?, table: String?, column: String?, message: String) {
        var detail = "SQLSTATE \(sqlState)"
        for name in [constraint, table, column] { detail += name.map { " \($0)" } ?? "" }
        // Messages about data quote the data, and triggers may raise any text.
        if Self.quotesNoValue(sqlState) { detail += ": \(message)" }
        self.init(
            Code(sqlState: sqlState, constraint: constraint),
            advice: "\(PostgresAdvice.text(sqlState: sqlState)) (\(detail))", detail: detail)
    }

    private static func quotesNoValue(_ sqlState: String) -> Bool {
        ["08", "0A", "25", "26", "28", "3D", "40", "42", "53", "54", "55", "57", "58"].contains(sqlState.prefix(2))
    }

    /// True if a prepared statement does not fit any more, since a table was altered.
    var isStaleStatement: Bool { detail.hasPrefix("SQLSTATE 0A000: cached plan") }

    /// True if a prepared statement is unknown or exists already: a pooler has changed the session.
    var isForeignSession: Bool { detail.hasPrefix("SQLSTATE 26000") || detail.hasPrefix("SQLSTATE 42P05") }
}

extension SQLError.Code {
    fileprivate init(sqlState: String, constraint: String?) {
        self =
            switch sqlState {
            case "23505": .uniqueViolation(constraint: constraint ?? "")
            case "23503": .foreignKeyViolation
            case "25006": .readOnly
            case "42501": .denied
            case "42P01": .noSuchTable
            case "22021": .invalidText
            // lock_not_available, by lock_timeout
            case "55P03": .busy
            case "40001", "40P01": .conflict
            case "53100": .full
            case "58030": .ioError
            case "XX001", "XX002": .corrupt
            // query_canceled by statement_timeout, and the timeouts of sessions and transactions.
            case "57014", "25P03", "25P04": .unavailable
            // 53200 out of memory, 53300 too many connections
            case _ where ["08", "53", "57"].contains(sqlState.prefix(2)): .unavailable
            // Data that does not fit its column, NOT NULL, CHECK, a trigger.
            case _ where ["22", "23", "P0"].contains(sqlState.prefix(2)): .constraint
            default: .other
            }
    }
}
