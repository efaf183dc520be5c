// SPDX-License-Identifier: Apache-2.0

/// How many connections, and how long anybody waits.
public struct PostgresLimits: Sendable {
    /// The most connections, each with a thread of its own.
    public var connections = 8
    /// How many calls may wait for a connection; one more gets `overloaded`.
    public var waiting = 1_024
    /// For one statement. The server is told to give up a little earlier, so that the connection outlives it.
    public var statement = Duration.seconds(2)
    /// For a new connection, from the first packet to the last setting. A host that does not answer at all is left after
    /// half of it, and each further one in the URL adds as much.
    public var connect = Duration.seconds(2)
    /// For a whole call of `read` or `write`: the wait for a connection, every statement, every repetition.
    public var call = Duration.seconds(5)
    /// After this long without use a connection is asked whether it still works.
    public var idle = Duration.seconds(30)

    public init() {}

    /// One connection that waits ten minutes for a statement: migrations rebuild tables and wait for each other.
    static let patient: PostgresLimits = {
        var limits = PostgresLimits()
        limits.connections = 1
        limits.statement = .seconds(600)
        limits.call = .seconds(1_800)
        return limits
    }()

    /// What the server is told as `statement_timeout`, in milliseconds.
    var serverStatement: Int64 { max(1, statement.milliseconds * 9 / 10) }
    /// `lock_timeout`: shorter, so that waiting for a lock is told apart from work that takes long.
    var serverLock: Int64 { max(1, statement.milliseconds * 8 / 10) }
}
