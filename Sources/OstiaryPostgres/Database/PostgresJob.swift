// SPDX-License-Identifier: Apache-2.0

import OstiarySQL

/// A caller's closure, and the ways to answer the caller.
struct PostgresJob: Sendable {
    typealias Answer = @Sendable () -> Void

    enum Work: Sendable {
        case read(@Sendable (any SQLConnection) throws -> Answer)
        /// See ``SQLDatabase/write(_:trace:)``.
        case write(
            @Sendable (SQLTransaction) throws -> Answer, trace: @Sendable (any SQLConnection) throws -> Answer?
        )
    }

    /// What a trace throws where the caller has none.
    struct NoTrace: Error {}

    let work: Work
    let deadline: PostgresDeadline
    let fail: @Sendable (any Error) -> Void
}
