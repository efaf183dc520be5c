// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// What a read closure works on.
///
/// Most closures ask one thing. So the first statement brings its whole read-only transaction along, in one round trip;
/// a second one has it all run anew, then in one snapshot.
final class PostgresReading: SQLConnection {
    let dialect = SQLDialect.postgres
    private let connection: PostgresConnection
    private let limits: PostgresLimits
    private let deadline: PostgresDeadline
    private let isSnapshot: Bool
    private var isUsed = false
    /// Whether there was a second statement. Whatever the closure made of it is void.
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
