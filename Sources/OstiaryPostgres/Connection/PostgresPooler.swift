// SPDX-License-Identifier: Apache-2.0

package import OstiarySQL

/// A program between this process and the server that shares connections among clients.
package enum PostgresPooler: Sendable {
    /// Each connection is one of the server itself.
    case none
    /// Each connection has a session of the server for itself, as far as could be seen.
    case session
    /// Sessions change between transactions.
    case transaction

    /// Looks for a pooler: it gives its clients a process number of its own. A pooler for transactions is known by a
    /// session that another connection gets while the first is idle. Blocks.
    /// - Throws: ``OstiarySQL/SQLError``.
    package static func between(_ url: PostgresURL) throws(SQLError) -> PostgresPooler {
        // Behind a pooler the timeouts of a connection stay with sessions that others use: long ones do no harm.
        let limits = PostgresLimits.patient
        let deadline = PostgresDeadline(in: .seconds(10))
        func open() throws(SQLError) -> PostgresConnection {
            try PostgresConnection.open(url, limits, prepares: false, until: deadline)
        }
        func process(_ connection: PostgresConnection) throws(SQLError) -> Int64? {
            try connection.exchange([PostgresStatement("SELECT pg_catalog.pg_backend_pid()")], until: deadline)
                .first?.rows().first?.integer(0)
        }
        let first = try open()
        let before = try process(first)
        guard before != Int64(first.backendPID) else { return .none }
        let second = try open()
        // The second keeps the session that it gets until it closes.
        _ = try second.exchange([PostgresStatement("BEGIN")], until: deadline)
        let taken = try process(second)
        let after = try process(first)
        return withExtendedLifetime(second) { taken == before || after != before ? .transaction : .session }
    }
}
