// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// The transaction of a write closure. It begins in the same round trip as the closure's first statement.
final class PostgresWriteTransaction: SQLConnection {
    enum Commit {
        case done
        case refused(SQLError)
        /// The connection was lost after COMMIT was sent.
        case unknown(SQLError)
    }

    let dialect = SQLDialect.postgres
    private let connection: PostgresConnection
    private let limits: PostgresLimits
    private let deadline: PostgresDeadline
    private var hasBegun = false
    /// The id of the transaction; nil until it has written something.
    private(set) var number: String?
    /// The first error of a statement.
    private(set) var failure: SQLError?

    private static let begin = PostgresStatement("BEGIN ISOLATION LEVEL READ COMMITTED")
    private static let commit = PostgresStatement("COMMIT")
    private static let askNumber = PostgresStatement("SELECT pg_catalog.pg_current_xact_id_if_assigned()::text")

    init(_ connection: PostgresConnection, _ limits: PostgresLimits, until deadline: PostgresDeadline) {
        self.connection = connection
        self.limits = limits
        self.deadline = deadline
    }

    var isInTransaction: Bool { !hasBegun || connection.isInTransaction }

    func run(_ query: SQLQuery) throws -> [SQLRow] { try result(of: query).rows() }

    func execute(_ query: SQLQuery) throws -> Int { try result(of: query).changes }

    func script(_ sql: String) throws {
        if !hasBegun { _ = try result(of: "SELECT 1") }
        try noting { () throws(SQLError) in try connection.script(sql, until: statementDeadline) }
    }

    /// Commits the transaction.
    func finish() -> Commit {
        guard hasBegun else { return .done }
        do throws(SQLError) {
            let result = try connection.exchange([Self.commit], until: statementDeadline)
            // The server answers COMMIT of a failed transaction with ROLLBACK, without an error.
            guard result.first?.command == "COMMIT" else {
                return .refused(failure ?? SQLError(.other, detail: "COMMIT was answered by ROLLBACK"))
            }
            return .done
        } catch {
            return connection.state == .usable ? .refused(error) : .unknown(error)
        }
    }

    private var statementDeadline: PostgresDeadline { deadline.sooner(PostgresDeadline(in: limits.statement)) }

    private func result(of query: SQLQuery) throws(SQLError) -> PostgresResult {
        var statements = [PostgresStatement(query)]
        let place = hasBegun ? 0 : 1
        if !hasBegun { statements.insert(Self.begin, at: 0) }
        // The id is read before COMMIT is sent, so that the outcome can be asked for afterwards.
        if number == nil { statements.append(Self.askNumber) }
        hasBegun = true
        let results = try noting { () throws(SQLError) in
            try connection.exchange(statements, until: statementDeadline)
        }
        if number == nil { number = try results[place + 1].rows().first?.optionalText(0) }
        return results[place]
    }

    private func noting<Value>(_ work: () throws(SQLError) -> Value) throws(SQLError) -> Value {
        do throws(SQLError) { return try work() } catch {
            if failure == nil { failure = error }
            throw error
        }
    }
}
