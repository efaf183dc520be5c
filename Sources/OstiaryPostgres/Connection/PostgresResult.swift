// SPDX-License-Identifier: Apache-2.0

import CPostgres
import OstiaryCore
package import OstiarySQL

/// The result of one statement, freed with this value.
package final class PostgresResult {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var status: ExecStatusType { PQresultStatus(result) }

    /// The tag of the completed command, such as `COMMIT` or `UPDATE 1`.
    var command: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

    /// The number of changed rows.
    package var changes: Int {
        // The tag of SELECT has the number of found rows instead.
        guard !command.hasPrefix("SELECT") else { return 0 }
        return PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// - Throws: ``SQLError`` `decoding` for a column type that is not supported.
    package func rows() throws(SQLError) -> [SQLRow] {
        let columns = PQnfields(result)
        var rows: [SQLRow] = []
        rows.reserveCapacity(Int(PQntuples(result)))
        for row in 0..<PQntuples(result) {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns { values.append(try value(row, column)) }
            rows.append(SQLRow(values))
        }
        return rows
    }

    /// A column of the first row, for a result in text form.
    func text(_ column: Int32) -> String? {
        guard PQntuples(result) > 0, PQgetisnull(result, 0, column) == 0 else { return nil }
        return PQgetvalue(result, 0, column).map { String(cString: $0) }
    }

    private func value(_ row: Int32, _ column: Int32) throws(SQLError) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        switch PQftype(result, column) {
        case 16: return .integer(bytes.first == 0 ? 0 : 1)
        case 20: return .integer(try integer(bytes, Int64.self))
        case 23: return .integer(Int64(try integer(bytes, Int32.self)))
        case 21: return .integer(Int64(try integer(bytes, Int16.self)))
        // oid, regclass
        case 26, 2205: return .integer(Int64(try integer(bytes, UInt32.self)))
        // text, varchar, char(n), name, json
        case 25, 1043, 1042, 19, 114:
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SQLError(.decoding, detail: "column \(column) is not UTF-8")
            }
            return .text(text)
        case 17: return .blob(Array(bytes))
        case 1184: return .text(try moment(bytes).sqlText)
        // void
        case 2278: return .null
        case let type: throw SQLError(.decoding, detail: "column \(column) is of the type \(type)")
        }
    }

    private func integer<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _: Number.Type
    ) throws(SQLError) -> Number {
        guard bytes.count == MemoryLayout<Number>.size else { throw SQLError(.decoding, detail: "a number is cut off") }
        return Number(bigEndian: bytes.loadUnaligned(as: Number.self))
    }

    /// Reads a time: PostgreSQL counts microseconds from the year 2000 in UTC. `infinity` is an error.
    private func moment(_ bytes: UnsafeRawBufferPointer) throws(SQLError) -> Timestamp {
        let count = try integer(bytes, Int64.self)
        let (sum, overflow) = count.addingReportingOverflow(946_684_800_000_000)
        guard count != .min, !overflow else { throw SQLError(.decoding, detail: "a moment is infinite") }
        return Timestamp(microseconds: sum)
    }

    /// The error of a failed statement.
    var error: SQLError {
        SQLError(
            sqlState: field("C") ?? "", constraint: field("n"), table: field("t"), column: field("c"),
            message: field("M") ?? ""
        )
    }

    /// True if the server closes the connection after this error.
    var isFatal: Bool { ["FATAL", "PANIC"].contains(field("V") ?? "") }

    private func field(_ code: Unicode.Scalar) -> String? {
        PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
    }
}
