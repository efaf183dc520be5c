// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Synchronization

/// A listening connection that proves by heartbeats that notices arrive.
///
/// A heartbeat is a notice to itself. PostgreSQL has one queue of notices in the order of commits, so when the
/// heartbeat comes back, all notices from before it was sent have arrived. A `SELECT 1` would prove nothing: it is
/// answered while notices wait.
struct PostgresListener {
    private let connection: PostgresConnection
    private let channel: String
    private let interval: Duration
    private var number: UInt64 = 0
    private var hasHeard = false
    /// The heartbeat that has not come back yet.
    private var sent: (payload: String, at: Int64)?

    /// The time without an answer after which the connection is closed.
    private static let limit = Duration.seconds(1)

    /// Connects and begins to listen: commits from then on are reported. The connection holds
    /// ``AdvisoryLock/serving``.
    init(
        _ url: PostgresURL, _ limits: PostgresLimits, beginningWith host: Int, node: UInt64, interval: Duration
    ) throws(SQLError) {
        self.channel = "ostiary_beat_\(String(node, radix: 16))"
        self.interval = interval
        self.connection = try PostgresConnection.open(
            url, limits, beginningWith: host, until: PostgresDeadline(in: limits.call)
        )
        try connection.script(
            """
            SELECT pg_catalog.pg_advisory_lock_shared(\(AdvisoryLock.serving)); LISTEN ostiary_change; LISTEN \(channel)
            """,
            until: PostgresDeadline(in: limits.connect)
        )
        try connection.leavePipeline()
    }

    /// Listens until the connection fails or the feed is stopped.
    /// - Parameter onBeat: called when the first heartbeat has come back.
    /// - Throws: ``SQLError`` of the connection.
    mutating func hear(
        _ heartbeat: FeedHeartbeat, _ onBeat: () -> Void, _ listener: (StoredChanges) -> Void
    ) throws(SQLError) {
        var next = FeedHeartbeat.now()
        var isAnswered = true
        while !heartbeat.isStopped.load(ordering: .relaxed) {
            let now = FeedHeartbeat.now()
            if let sent, now - sent.at > Self.limit.nanoseconds {
                throw SQLError(.unavailable, detail: "a heartbeat did not come back")
            }
            if sent == nil, isAnswered, now >= next {
                try beat(now)
                isAnswered = false
                next = now + interval.nanoseconds
            }
            let pause = sent == nil ? max(0, next - FeedHeartbeat.now()) : interval.nanoseconds
            let (notices, answered) = try connection.receive(until: PostgresDeadline(in: .nanoseconds(pause)))
            isAnswered = isAnswered || answered
            guard take(notices, heartbeat, listener), !hasHeard else { continue }
            hasHeard = true
            onBeat()
        }
    }

    private mutating func beat(_ now: Int64) throws(SQLError) {
        number &+= 1
        sent = ("\(number)", now)
        // Without fsync, since nothing needs to be durable. LOCAL, since behind a pooler another node may get the
        // session. pg_notify() instead of NOTIFY: pg_stat_statements would keep each of those as a statement of its
        // own.
        try connection.send(
            "BEGIN; SET LOCAL synchronous_commit = off; SELECT pg_catalog.pg_notify('\(channel)', '\(number)'); COMMIT",
            until: PostgresDeadline(in: Self.limit)
        )
    }

    /// - Returns: true if the heartbeat was among the notices.
    private mutating func take(
        _ notices: [PostgresNotice], _ heartbeat: FeedHeartbeat, _ listener: (StoredChanges) -> Void
    ) -> Bool {
        var changes: [StoredChange] = []
        var beat: Int64?
        for notice in notices {
            if notice.channel == channel {
                // Behind a pooler that changes sessions the heartbeat may come back although other notices were
                // dropped. Its sender is then not the process of this connection.
                guard let sent, notice.payload == sent.payload, notice.sender == connection.backendPID else { continue }
                beat = sent.at
            } else {
                changes.append(StoredChange(payload: notice.payload))
            }
        }
        if !changes.isEmpty { listener(.some(changes)) }
        guard let beat else { return false }
        sent = nil
        heartbeat.last.store(beat, ordering: .releasing)
        return true
    }
}
