// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

/// The write closure of a caller, with the ways to answer.
struct SQLiteWriteJob: Sendable {
    /// Runs the closure and returns the answer, which is called once the commit is durable.
    let run: @Sendable (SQLTransaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Commits the writes of all waiting callers in one transaction, so with one fsync.
///
/// Every closure has a savepoint, so that one that throws rolls back its own writes only. All callers are answered
/// after the commit, also those that failed: their error ("the name is taken") may come from a write of the same group.
struct SQLiteGroupCommit {
    let connection: SQLiteConnection
    let onChange: @Sendable ([StoredChange]) -> Void
    let onRecord: @Sendable ([AuditEntry]) -> Void

    func run(_ jobs: [SQLiteWriteJob]) {
        do {
            // A transaction is open here only if the last ROLLBACK failed.
            connection.rollBack()
            try connection.execute("BEGIN IMMEDIATE")
            var answers: [@Sendable () -> Void] = []
            var changes: [StoredChange] = []
            var entries: [AuditEntry] = []
            for job in jobs {
                let transaction = SQLTransaction(connection)
                do {
                    answers.append(try perform(job, transaction, isAlone: jobs.count == 1))
                    changes += transaction.changes
                    entries += transaction.entries
                } catch let refusal as Refusal {
                    answers.append { job.fail(refusal.error) }
                }
            }
            try connection.execute("COMMIT")
            if !changes.isEmpty { onChange(changes) }
            if !entries.isEmpty { onRecord(entries) }
            for answer in answers { answer() }
        } catch {
            connection.rollBack()
            for job in jobs { job.fail(error) }
        }
    }

    /// - Throws: ``Refusal`` if this closure alone failed; any other error ends the whole group.
    private func perform(
        _ job: SQLiteWriteJob, _ transaction: SQLTransaction, isAlone: Bool
    ) throws -> @Sendable () -> Void {
        if !isAlone { try connection.execute("SAVEPOINT ostiary_write") }
        var result = Result { try job.run(transaction) }
        // SQLite rolls back the whole transaction when the disk is full or fails, with the writes of all callers.
        guard connection.isInTransaction else { throw transaction.end ?? SQLError(.other, detail: "transaction lost") }
        // A deferred foreign key is checked by COMMIT, where its violation would fail the whole group.
        if case .success = result, connection.owesForeignKeys { result = .failure(SQLError(.foreignKeyViolation)) }
        if isAlone { return try result.get() }
        if case .failure = result { try connection.execute("ROLLBACK TO ostiary_write") }
        try connection.execute("RELEASE ostiary_write")
        return try result.mapError { Refusal(error: $0) }.get()
    }

    private struct Refusal: Error {
        let error: any Error
    }
}
