// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension PostgresWorker {
    /// The outcome of a transaction whose COMMIT has no answer.
    enum Fate {
        case kept, lost
        /// The server was restarted or promoted since, so that the id may belong to another transaction.
        case forgotten
        /// The transaction may even be in progress.
        case unknown
    }

    /// Asks the server for the outcome of a transaction, again until the deadline.
    /// - Parameters:
    ///   - number: the id of the transaction.
    ///   - incarnation: the life of the server that assigned it.
    func fate(of number: String?, incarnation: String?, until deadline: PostgresDeadline) -> Fate {
        guard let number, let incarnation else { return .unknown }
        while !deadline.isOver {
            if let fate = try? ask(number, incarnation, until: deadline) { return fate }
            // The server cannot be reached, or the old session has not ended yet.
            usleep(20_000)
        }
        return .unknown
    }

    enum Trace { case found(PostgresJob.Answer), none, unknown }

    /// Looks for the write itself, since the server no longer knows its id. It cannot be committed any more: all
    /// sessions of the former life have ended.
    func find(
        _ trace: (any SQLConnection) throws -> PostgresJob.Answer?, until deadline: PostgresDeadline
    ) -> Trace {
        while !deadline.isOver {
            do {
                let connection = try connected(until: deadline)
                let reading = PostgresReadTransaction(connection, pool.limits, until: deadline, snapshot: false)
                defer { if connection.state == .usable { rollBack(until: deadline) } else { drop(reading.failure) } }
                return try trace(reading).map { .found($0) } ?? .none
            } catch is PostgresJob.NoTrace {
                return .unknown
            } catch {
                usleep(20_000)
            }
        }
        return .unknown
    }

    /// - Returns: nil while the transaction is in progress.
    private func ask(
        _ number: String, _ incarnation: String, until deadline: PostgresDeadline
    ) throws(SQLError) -> Fate? {
        let connection = try connected(until: deadline)
        do throws(SQLError) {
            let question: SQLQuery =
                "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.pg_xact_status((\(number)::text)::xid8)"
            let rows = try connection.exchange([PostgresStatement(question)], until: statementDeadline(deadline))
                .first?.rows()
            guard let row = rows?.first, try !row.bool(0) else { return nil }
            switch try row.optionalText(1) {
            case "aborted": return .lost
            case "committed":
                guard let now = connection.incarnation else { return .unknown }
                return now == incarnation ? .kept : .forgotten
            case "in progress": return nil
            default: return .unknown
            }
        } catch {
            if connection.state != .usable { drop(error) }
            // The id is not assigned yet: the transaction that had it did not survive.
            if error.detail.hasPrefix("SQLSTATE 22023") { return .lost }
            throw error
        }
    }
}
