// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

extension PostgresURL {
    /// See ``SQLDatabase/withoutTransaction(holding:_:)``.
    func withoutTransaction<T: Sendable>(
        holding lock: Int64, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T? {
        try await withCheckedThrowingContinuation { continuation in
            let isStarted = DedicatedThread.detach {
                continuation.resume(with: Result { try run(holding: lock, body) })
            }
            if !isStarted {
                continuation.resume(
                    throwing: SQLError(.cannotOpen, advice: "the operating system refuses another thread"))
            }
        }
    }

    /// The lock belongs to a transaction on a connection of its own: a lock of a session would be lost behind a pooler,
    /// which changes sessions. A build waits for each transaction with a snapshot. This one keeps that of its last
    /// statement until the next statement, so the last is one that has none.
    private func run<T>(holding lock: Int64, _ body: (any SQLConnection) throws -> T) throws -> T? {
        let deadline = PostgresDeadline(in: PostgresLimits.indexing.call)
        let keeper = try PostgresConnection.open(self, .indexing, prepares: false, until: deadline)
        let asking: [SQLQuery] = [
            "BEGIN", "SELECT pg_catalog.pg_try_advisory_xact_lock(\(lock))", "SAVEPOINT ostiary_lock",
        ]
        let answers = try keeper.exchange(asking.map(PostgresStatement.init), until: deadline)
        let isHeld = try answers[1].rows().first?.bool(0)
        guard isHeld == true else { return nil }
        let connection = try PostgresConnection.open(self, .indexing, prepares: false, until: deadline)
        // Swift may release an object after its last use, which would close the connection and end the lock.
        return try withExtendedLifetime(keeper) {
            try body(PostgresSingleStatements(connection: connection, deadline: deadline))
        }
    }
}

/// A connection on which each statement is a transaction.
private final class PostgresSingleStatements: SQLConnection {
    let dialect = SQLDialect.postgres
    let isInTransaction = false
    private let connection: PostgresConnection
    private let deadline: PostgresDeadline

    init(connection: PostgresConnection, deadline: PostgresDeadline) {
        self.connection = connection
        self.deadline = deadline
    }

    func run(_ query: SQLQuery) throws -> [SQLRow] {
        try connection.exchange([PostgresStatement(query)], until: deadline).first?.rows() ?? []
    }

    func execute(_ query: SQLQuery) throws -> Int {
        try connection.exchange([PostgresStatement(query)], until: deadline).first?.changes ?? 0
    }

    func script(_ sql: String) throws { try connection.script(sql, until: deadline) }
}
