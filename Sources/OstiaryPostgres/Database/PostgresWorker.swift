// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A thread of a pool with its connection, which a job opens if there is none.
final class PostgresWorker {
    /// The most runs of a closure in conflict.
    private static let conflictLimit = 5
    /// The most repetitions after a lost connection: the first may date from before a restart of the server.
    private static let lossLimit = 2

    let pool: PostgresPool
    private(set) var connection: PostgresConnection?

    init(_ pool: PostgresPool) { self.pool = pool }

    /// Runs jobs until the queue is closed and drained.
    func run() {
        while let job = pool.queue.take(atMost: 1).first { serve(job) }
        drop(nil)
    }

    private func serve(_ job: PostgresJob) {
        var conflicts = 0
        var losses = 0
        while true {
            guard !job.deadline.isOver else {
                return job.fail(SQLError(.unavailable, advice: "the database did not answer in time"))
            }
            do throws(PostgresWorkError) {
                guard let connection = try connected(job) else { return }
                switch job.work {
                case .read(let body): try read(body, on: connection, until: job.deadline)()
                case .write(let body, let trace): try write(body, trace, on: connection, until: job.deadline)()
                }
                return
            } catch {
                switch error {
                case .final(let error): return job.fail(error)
                case .conflict(let error):
                    conflicts += 1
                    guard conflicts < Self.conflictLimit else { return job.fail(error) }
                    // A random pause, so that the transactions do not meet again.
                    usleep(.random(in: 0...UInt32(2_000 << conflicts)))
                case .lost(let error):
                    losses += 1
                    guard losses <= Self.lossLimit else { return job.fail(error) }
                }
            }
        }
    }

    /// - Returns: nil if the job was put back for another thread.
    private func connected(_ job: PostgresJob) throws(PostgresWorkError) -> PostgresConnection? {
        if let connection {
            if connection.answers(after: pool.limits.idle, until: statementDeadline(job.deadline)) { return connection }
            drop(SQLError(.unavailable, detail: "the connection was lost while idle"))
        }
        do throws(SQLError) {
            if let refusal = pool.reach.refusal() { throw refusal }
            return try connected(until: job.deadline)
        } catch {
            guard pool.reach.isHopeful, pool.queue.push(job) else { throw .final(error) }
            usleep(20_000)
            return nil
        }
    }

    /// - Throws: ``SQLError`` if there is no connection and none can be opened.
    func connected(until deadline: PostgresDeadline) throws(SQLError) -> PostgresConnection {
        if let connection { return connection }
        let opened = try pool.open(until: deadline)
        connection = opened
        return opened
    }

    func drop(_ error: SQLError?) {
        guard let connection else { return }
        self.connection = nil
        pool.reach.lost(silent: connection.state == .silent, error ?? SQLError(.closed))
    }

    private func read(
        _ body: (any SQLConnection) throws -> PostgresJob.Answer, on connection: PostgresConnection,
        until deadline: PostgresDeadline
    ) throws(PostgresWorkError) -> PostgresJob.Answer {
        var reading = PostgresReadTransaction(connection, pool.limits, until: deadline, snapshot: false)
        var result = Result { try body(reading) }
        if reading.wantsSnapshot, reading.failure == nil {
            reading = PostgresReadTransaction(connection, pool.limits, until: deadline, snapshot: true)
            result = Result { try body(reading) }
        }
        do {
            let answer = try result.get()
            rollBack(until: deadline)
            return answer
        } catch {
            throw judged(error, reading.failure, until: deadline)
        }
    }

    private func write(
        _ body: (SQLTransaction) throws -> PostgresJob.Answer,
        _ trace: (any SQLConnection) throws -> PostgresJob.Answer?, on connection: PostgresConnection,
        until deadline: PostgresDeadline
    ) throws(PostgresWorkError) -> PostgresJob.Answer {
        let writing = PostgresWriteTransaction(connection, pool.limits, until: deadline)
        let transaction = SQLTransaction(writing)
        let answer: PostgresJob.Answer
        do {
            answer = try body(transaction)
            // A closure may catch the error after which the server commits nothing.
            if let failure = transaction.end { throw failure }
        } catch {
            throw judged(error, writing.failure, until: deadline)
        }
        switch writing.finish() {
        case .done: break
        case .refused(let error): throw judged(error, error, until: deadline)
        case .unknown(let error):
            let incarnation = connection.incarnation
            drop(error)
            let wroteNothing = writing.number == nil && transaction.changes.isEmpty
            let fate = wroteNothing ? .kept : fate(of: writing.number, incarnation: incarnation, until: deadline)
            switch fate {
            case .kept: break
            case .lost: throw .lost(error)
            case .forgotten, .unknown:
                // Listeners are called in any case: one change too many does no harm.
                pool.notify(transaction.changes)
                switch fate == .forgotten ? find(trace, until: deadline) : .unknown {
                case .found(let answer):
                    pool.notify(transaction.entries)
                    return answer
                case .none: throw .lost(error)
                case .unknown:
                    throw .final(
                        SQLError(
                            .unavailable,
                            advice: "the connection was lost during COMMIT: it may be kept or not (\(error.detail))",
                            detail: error.detail
                        )
                    )
                }
            }
        }
        pool.notify(transaction.changes)
        pool.notify(transaction.entries)
        return answer
    }

    /// Rolls back or drops the connection, and classifies the error.
    private func judged(
        _ error: any Error, _ failure: SQLError?, until deadline: PostgresDeadline
    ) -> PostgresWorkError {
        let state = connection?.state ?? .lost
        if state == .usable { rollBack(until: deadline) } else { drop(failure) }
        guard let failure else { return .final(error) }
        if failure.isForeignSession { pool.prepares.store(false, ordering: .relaxed) }
        if failure.isStaleStatement || failure.isForeignSession {
            drop(failure)
            return .lost(failure)
        }
        if failure.code == .conflict { return .conflict(failure) }
        // A call that was not answered in time is not repeated.
        return state == .lost ? .lost(failure) : .final(error)
    }

    func statementDeadline(_ call: PostgresDeadline) -> PostgresDeadline {
        call.sooner(PostgresDeadline(in: pool.limits.statement))
    }

    func rollBack(until deadline: PostgresDeadline) {
        guard let connection, connection.state == .usable, !connection.isIdle else { return }
        do throws(SQLError) {
            _ = try connection.exchange([PostgresStatement("ROLLBACK")], until: statementDeadline(deadline))
        } catch {
            drop(error)
        }
    }
}

/// The end of one run of a job.
enum PostgresWorkError: Error {
    case final(any Error)
    case conflict(SQLError)
    /// Nothing was kept, and the connection is lost.
    case lost(SQLError)
}
