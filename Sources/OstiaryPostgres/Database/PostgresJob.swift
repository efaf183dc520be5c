import OstiarySQL

/// A caller's closure, and the ways to answer the caller.
struct PostgresJob: Sendable {
    typealias Answer = @Sendable () -> Void

    enum Work: Sendable {
        case read(@Sendable (any SQLConnection) throws -> Answer)
        case write(@Sendable (SQLTransaction) throws -> Answer)
    }

    let work: Work
    let deadline: PostgresDeadline
    let fail: @Sendable (any Error) -> Void
}
