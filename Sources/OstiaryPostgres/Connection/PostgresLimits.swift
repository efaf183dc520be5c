// SPDX-License-Identifier: Apache-2.0

/// The number of connections and the longest waits.
public struct PostgresLimits: Sendable {
    /// The most connections, each with a thread of its own.
    public var connections = 8
    /// The most calls that wait for a connection; one more gets `overloaded`.
    public var waiting = 1_024
    /// The longest time of a statement. The server's own limit is a little shorter, so that the connection survives.
    public var statement = Duration.seconds(2)
    /// The longest time to open a connection, settings included. A host that does not answer is left after half of it;
    /// each further host of the URL adds that half.
    public var connect = Duration.seconds(2)
    /// The longest time of a call of `read` or `write`, with the wait for a connection and all repetitions.
    public var call = Duration.seconds(5)
    /// The time without use after which a connection is tested before it is used.
    public var idle = Duration.seconds(30)

    /// Limits with the default of each property.
    public init() {}

    /// Limits for migrations, which rebuild tables and wait for each other: one connection, ten minutes for a
    /// statement.
    static let patient: PostgresLimits = {
        var limits = PostgresLimits()
        limits.connections = 1
        limits.statement = .seconds(600)
        limits.call = .seconds(1_800)
        return limits
    }()

    /// Limits for indexes, which wait for every transaction that is older.
    static let indexing: PostgresLimits = {
        var limits = PostgresLimits()
        limits.statement = .seconds(86_400)
        limits.call = .seconds(86_400)
        return limits
    }()

    /// The server's `statement_timeout` in milliseconds.
    var serverStatement: Int64 { max(1, statement.milliseconds * 9 / 10) }
    /// The server's `lock_timeout` in milliseconds; shorter, so that a wait for a lock has an error of its own.
    var serverLock: Int64 { max(1, statement.milliseconds * 8 / 10) }
}
