// SPDX-License-Identifier: Apache-2.0

import CPostgres
import OstiarySQL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a `NOTIFY` brought.
struct PostgresNotice {
    let channel: String
    let payload: String
    /// The server's process that sent it.
    let sender: Int32
}

extension PostgresConnection {
    /// For a connection that is only listened to: statements go one by one, without a pipeline.
    func leavePipeline() throws(SQLError) {
        guard PQexitPipelineMode(handle) == 1 else { throw SQLError(.unavailable, detail: message) }
    }

    /// Sends statements and waits for nothing.
    func send(_ sql: String, until deadline: PostgresDeadline) throws(SQLError) {
        guard PQsendQuery(handle, sql) == 1 else { throw SQLError(.unavailable, detail: message) }
        try flush(until: deadline)
    }

    /// Reads what has come by the deadline, at once if something is there.
    /// - Returns: the notices, in the order of their commits, and whether what was sent is answered in full.
    func receive(until deadline: PostgresDeadline) throws(SQLError) -> (notices: [PostgresNotice], isAnswered: Bool) {
        _ = poll(for: POLLIN, until: deadline)
        guard consume() else { throw SQLError(.unavailable, detail: message) }
        var isAnswered = false
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle).map(PostgresResult.init) else {
                isAnswered = true
                break
            }
            // Whatever else comes is no answer to a heartbeat, and COPY would come again and again.
            guard result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK else { throw result.error }
        }
        var notices: [PostgresNotice] = []
        while let notice = PQnotifies(handle) {
            defer { PQfreemem(notice) }
            notices.append(
                PostgresNotice(
                    channel: String(cString: notice.pointee.relname), payload: String(cString: notice.pointee.extra),
                    sender: notice.pointee.be_pid
                )
            )
        }
        return (notices, isAnswered)
    }
}
