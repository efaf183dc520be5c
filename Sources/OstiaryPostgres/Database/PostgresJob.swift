// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// The closure of a caller, with the ways to answer.
struct PostgresJob: Sendable {
    typealias Answer = @Sendable () -> Void

    enum Work: Sendable {
        case read(@Sendable (any SQLConnection) throws -> Answer)
        /// A write with its `trace`; see ``SQLDatabase/write(until:_:trace:)``.
        case write(
            @Sendable (SQLTransaction) throws -> Answer, trace: @Sendable (any SQLConnection) throws -> Answer?
        )
    }

    /// The error of a trace that the caller has not given.
    struct NoTrace: Error {}

    let work: Work
    let deadline: PostgresDeadline
    let fail: @Sendable (any Error) -> Void
}
