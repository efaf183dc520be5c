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

/// A notice of `NOTIFY`.
struct PostgresNotice {
    let channel: String
    let payload: String
    /// The id of the server process that sent it.
    let sender: Int32
}

extension PostgresConnection {
    /// Leaves pipeline mode, for a connection that only listens.
    func leavePipeline() throws(SQLError) {
        guard PQexitPipelineMode(handle) == 1 else { throw connectionError }
    }

    /// Sends statements without waiting for their results.
    func send(_ sql: String, until deadline: PostgresDeadline) throws(SQLError) {
        guard PQsendQuery(handle, sql) == 1 else { throw connectionError }
        try flush(until: deadline)
    }

    /// Waits for input until the deadline and reads it.
    /// - Returns: the notices in the order of their commits; `isAnswered` is true if all sent statements have results.
    func receive(until deadline: PostgresDeadline) throws(SQLError) -> (notices: [PostgresNotice], isAnswered: Bool) {
        _ = poll(for: POLLIN, until: deadline)
        guard consume() else { throw connectionError }
        var isAnswered = false
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle).map(PostgresResult.init) else {
                isAnswered = true
                break
            }
            // No other status answers a heartbeat, and COPY would be returned for ever.
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
