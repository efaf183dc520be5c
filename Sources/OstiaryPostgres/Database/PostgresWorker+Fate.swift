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
    /// What became of a transaction.
    enum Fate {
        case kept, lost
        /// The server has lived another life since, in which the number may be another transaction's.
        case forgotten
        /// It may even be under way still.
        case unknown
    }

    /// Reads what became of a transaction whose COMMIT was not answered, as soon as the server can tell.
    /// - Parameters:
    ///   - number: of the transaction.
    ///   - incarnation: of the server that gave it out.
    func fate(of number: String?, incarnation: String?, until deadline: PostgresDeadline) -> Fate {
        guard let number, let incarnation else { return .unknown }
        while !deadline.isOver {
            if let fate = try? ask(number, incarnation, until: deadline) { return fate }
            // Not reachable, or the old session has not noticed yet that it is alone.
            usleep(20_000)
        }
        return .unknown
    }

    enum Trace { case found(PostgresJob.Answer), none, unknown }

    /// Looks for the write itself, where the server has forgotten its number. Nobody can be committing it any more: every
    /// session of the former life is gone.
    func find(
        _ trace: (any SQLConnection) throws -> PostgresJob.Answer?, until deadline: PostgresDeadline
    ) -> Trace {
        while !deadline.isOver {
            do {
                let connection = try connected(until: deadline)
                let reading = PostgresReading(connection, pool.limits, until: deadline, snapshot: false)
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

    /// - Returns: nil while it is not decided.
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
            // A number that was not given out yet: what had it did not survive.
            if error.detail.hasPrefix("SQLSTATE 22023") { return .lost }
            throw error
        }
    }
}
