// SPDX-License-Identifier: Apache-2.0

import CPostgres
package import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connection to a server, used by one thread, which waits in poll(2) and never beyond a deadline.
package final class PostgresConnection {
    package enum State {
        case usable
        /// The server has closed the connection or cannot be reached.
        case lost
        /// An answer is late. It may still come, so nothing more can be sent.
        case silent
    }

    private static let statementLimit = 256

    let handle: OpaquePointer
    package private(set) var state = State.usable
    /// Identifies a life of a server from its start or promotion to its crash; nil if the server does not tell.
    package internal(set) var incarnation: String?
    package internal(set) var warnings: [String] = []
    /// True if statements are prepared and reused, which fails behind a pooler that changes sessions.
    var prepares = false
    private(set) var lastUse = FeedHeartbeat.now()
    private var statements: Set<PostgresStatement.Key> = []

    init(adopting handle: OpaquePointer) { self.handle = handle }

    deinit { PQfinish(handle) }

    /// The number of prepared statements.
    package var preparedStatements: Int { statements.count }

    /// The id of the server process of this connection.
    package var backendPID: Int32 { PQbackendPID(handle) }

    package var isInTransaction: Bool { PQtransactionStatus(handle) == PQTRANS_INTRANS }

    var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Runs statements in one round trip. After one that fails the others are not executed.
    /// - Returns: a result for each statement.
    package func exchange(
        _ wanted: [PostgresStatement], until deadline: PostgresDeadline
    ) throws(SQLError) -> [PostgresResult] {
        try requireUsable()
        var commands: [Command] = []
        if statements.count + wanted.count > Self.statementLimit {
            // A program has few constant texts, so the cache is full only after a mistake.
            statements.removeAll()
            try sent(PQsendQueryParams(handle, "DEALLOCATE ALL", 0, nil, nil, nil, nil, 1))
            commands.append(.other)
        }
        var coming: Set<PostgresStatement.Key> = []
        for statement in wanted {
            guard prepares else {
                try sent(sendUnprepared(statement))
                commands.append(.statement)
                continue
            }
            if !statements.contains(statement.key), coming.insert(statement.key).inserted {
                try prepare(statement)
                commands.append(.preparation(statement.key))
            }
            let code = statement.withParameters { count, values, lengths, formats in
                PQsendQueryPrepared(handle, statement.key.name, count, values, lengths, formats, 1)
            }
            try sent(code)
            commands.append(.statement)
        }
        try sent(PQpipelineSync(handle))
        let results = try collect(commands, until: deadline)
        lastUse = FeedHeartbeat.now()
        return results
    }

    private enum Command {
        case preparation(PostgresStatement.Key)
        case statement
        case other
    }

    private func sendUnprepared(_ statement: PostgresStatement) -> Int32 {
        let types = statement.types
        return statement.withParameters { count, values, lengths, formats in
            PQsendQueryParams(handle, statement.key.text, count, types, values, lengths, formats, 1)
        }
    }

    private func prepare(_ statement: PostgresStatement) throws(SQLError) {
        let (key, types) = (statement.key, statement.types)
        try sent(PQsendPrepare(handle, key.name, key.text, Int32(clamping: types.count), types))
    }

    /// Runs several statements without bindings in one round trip, outside of pipeline mode.
    package func script(_ sql: String, until deadline: PostgresDeadline) throws(SQLError) {
        try requireUsable()
        guard !sql.utf8.contains(0) else { throw SQLError(.other, detail: "NUL in a script") }
        try sent(PQexitPipelineMode(handle))
        try sent(PQsendQuery(handle, sql))
        try flush(until: deadline)
        var failure: SQLError?
        while let result = try next(until: deadline) {
            if result.status == PGRES_FATAL_ERROR, failure == nil { failure = result.error }
        }
        try checkAlive(failure)
        try sent(PQenterPipelineMode(handle))
        lastUse = FeedHeartbeat.now()
        if let failure { throw failure }
    }

    /// Reads input that is there, such as notices.
    /// - Returns: false if the connection is closed.
    func consume() -> Bool {
        if PQconsumeInput(handle) == 0 { state = .lost }
        return state == .usable
    }

    /// True if the connection can be used. Costs a system call, and a round trip after `idle` without use.
    func answers(after idle: Duration, until deadline: PostgresDeadline) -> Bool {
        guard state == .usable, consume(), PQstatus(handle) == CONNECTION_OK, isIdle else { return false }
        // Notices come here only behind a pooler, in a session that listened for another client.
        while let notice = PQnotifies(handle) { PQfreemem(notice) }
        guard FeedHeartbeat.now() - lastUse > idle.nanoseconds else { return true }
        return (try? exchange([PostgresStatement("SELECT 1")], until: deadline)) != nil
    }

    private func requireUsable() throws(SQLError) {
        if state != .usable { throw SQLError(.unavailable, detail: "the connection was lost before") }
    }

    private func sent(_ code: Int32) throws(SQLError) {
        if code != 1 { throw lost() }
    }

    /// - Returns: the results of the statements among the commands.
    private func collect(
        _ commands: [Command], until deadline: PostgresDeadline
    ) throws(SQLError) -> [PostgresResult] {
        try flush(until: deadline)
        var results: [PostgresResult] = []
        var failure: SQLError?
        var place = 0
        while true {
            guard let result = try next(until: deadline) else {
                // nil ends the results of one command.
                place += 1
                try checkAlive(failure)
                guard place <= commands.count else { throw lost() }
                continue
            }
            switch result.status {
            case PGRES_PIPELINE_SYNC:
                if let failure { throw failure }
                return results
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK:
                guard place < commands.count else { throw lost() }
                switch commands[place] {
                case .preparation(let key): statements.insert(key)
                case .statement: results.append(result)
                case .other: break
                }
            case PGRES_PIPELINE_ABORTED: break
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: throw lost()
            default:
                if failure == nil { failure = result.error }
                if result.isFatal { state = .lost }
                try checkAlive(failure)
            }
        }
    }

    private func checkAlive(_ failure: SQLError?) throws(SQLError) {
        if PQstatus(handle) == CONNECTION_BAD { state = .lost }
        guard state != .usable else { return }
        guard let failure, failure.detail != "SQLSTATE " else { throw lost() }
        throw failure
    }

    private func lost() -> SQLError {
        state = .lost
        return connectionError
    }

    /// The last failure of the connection, in words.
    var connectionError: SQLError {
        SQLError(
            connecting: PostgresMessage(PQerrorMessage(handle).map { String(cString: $0) } ?? ""),
            needsPassword: PQconnectionNeedsPassword(handle) == 1)
    }

    private func next(until deadline: PostgresDeadline) throws(SQLError) -> PostgresResult? {
        while PQisBusy(handle) != 0 {
            _ = try wait(for: POLLIN, until: deadline)
            if PQconsumeInput(handle) == 0 { throw lost() }
        }
        return PQgetResult(handle).map(PostgresResult.init)
    }

    func flush(until deadline: PostgresDeadline) throws(SQLError) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                // The server may not read on before its output is read.
                let ready = try wait(for: POLLIN | POLLOUT, until: deadline)
                if ready & Int16(POLLIN) != 0, PQconsumeInput(handle) == 0 { throw lost() }
            default: throw lost()
            }
        }
    }

    /// - Throws: ``SQLError`` `unavailable` after the deadline; the state is ``State/silent`` then.
    @discardableResult
    func wait(for events: Int32, until deadline: PostgresDeadline) throws(SQLError) -> Int16 {
        if let ready = poll(for: events, until: deadline) { return ready }
        state = .silent
        throw SQLError(connecting: PostgresMessage("no answer in time"))
    }

    /// - Returns: the events; nil after the deadline.
    func poll(for events: Int32, until deadline: PostgresDeadline) -> Int16? {
        var entry = pollfd(fd: PQsocket(handle), events: Int16(truncatingIfNeeded: events), revents: 0)
        while true {
            let ready = systemPoll(&entry, 1, deadline.milliseconds)
            if ready > 0 { return entry.revents }
            // Interrupted by a signal, or returned early.
            if deadline.isOver { return nil }
        }
    }
}

#if canImport(Glibc)
    private let systemPoll = Glibc.poll
#elseif canImport(Musl)
    private let systemPoll = Musl.poll
#else
    private let systemPoll = Darwin.poll
#endif
