// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL

/// One caller's write closure, and the way to answer it.
struct SQLiteWriteJob: Sendable {
    /// Runs the closure. Its value stays inside the returned answer until the commit is durable.
    let run: @Sendable (SQLTransaction) throws -> @Sendable () -> Void
    let fail: @Sendable (any Error) -> Void
}

/// Commits the writes of all callers that wait with one transaction, so with one fsync.
///
/// Every closure has a savepoint: one that throws takes back its own writes only. Nobody is answered before the
/// commit, not even those that failed: what they saw ("the name is taken") may come from a neighbour whose write is
/// not durable yet.
struct SQLiteGroupCommit {
    let connection: SQLiteConnection
    let onChange: @Sendable ([StoredChange]) -> Void
    let onRecord: @Sendable ([AuditEntry]) -> Void

    func run(_ jobs: [SQLiteWriteJob]) {
        do {
            // Left open only where the last ROLLBACK failed too.
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

    /// - Throws: ``Refusal`` if this closure alone failed; any other error is the whole group's.
    private func perform(
        _ job: SQLiteWriteJob, _ transaction: SQLTransaction, isAlone: Bool
    ) throws -> @Sendable () -> Void {
        if !isAlone { try connection.execute("SAVEPOINT ostiary_write") }
        var result = Result { try job.run(transaction) }
        // SQLite rolls everything back by itself when the disk is full or fails: the neighbours' writes are gone too.
        guard connection.isInTransaction else { throw transaction.end ?? SQLError(.other, detail: "transaction lost") }
        // A deferred foreign key is checked by COMMIT only, where it would fail the neighbours as well.
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
