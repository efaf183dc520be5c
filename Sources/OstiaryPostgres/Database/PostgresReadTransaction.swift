// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// The connection of a read closure.
///
/// Most closures run one statement, so the first one is sent with BEGIN and COMMIT in one round trip. After a second
/// one the closure is run again, in one snapshot.
final class PostgresReadTransaction: SQLConnection {
    let dialect = SQLDialect.postgres
    private let connection: PostgresConnection
    private let limits: PostgresLimits
    private let deadline: PostgresDeadline
    private let isSnapshot: Bool
    private var isUsed = false
    /// True after a second statement; the result of the closure is ignored then.
    private(set) var wantsSnapshot = false
    private(set) var failure: SQLError?

    static let begin = PostgresStatement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    static let end = PostgresStatement("COMMIT")

    init(_ connection: PostgresConnection, _ limits: PostgresLimits, until deadline: PostgresDeadline, snapshot: Bool) {
        self.connection = connection
        self.limits = limits
        self.deadline = deadline
        self.isSnapshot = snapshot
    }

    var isInTransaction: Bool { !isUsed || connection.isInTransaction }

    func run(_ query: SQLQuery) throws -> [SQLRow] { try result(of: query).rows() }

    func execute(_ query: SQLQuery) throws -> Int { try result(of: query).changes }

    func script(_ sql: String) throws { throw SQLError(.readOnly) }

    private func result(of query: SQLQuery) throws(SQLError) -> PostgresResult {
        if isUsed, !isSnapshot { wantsSnapshot = true }
        guard !wantsSnapshot else { throw SQLError(.other, detail: "to be run anew in a snapshot") }
        let (isFirst, statement) = (!isUsed, PostgresStatement(query))
        isUsed = true
        var statements = [statement]
        if isFirst { statements.insert(Self.begin, at: 0) }
        if !isSnapshot { statements.append(Self.end) }
        do throws(SQLError) {
            return try connection.exchange(
                statements, until: deadline.sooner(PostgresDeadline(in: limits.statement))
            )[isFirst ? 1 : 0]
        } catch {
            if failure == nil { failure = error }
            throw error
        }
    }
}
