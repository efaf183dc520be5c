// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Synchronization

/// One connection that listens, and proves again and again that it hears.
///
/// The proof is a notice to itself. PostgreSQL has one queue of notices, in the order of commits, so once the own notice
/// is back, everything that was committed before it was sent has been heard. A mere `SELECT 1` proves nothing: it is
/// answered while notices wait.
struct PostgresListening {
    private let connection: PostgresConnection
    private let channel: String
    private let interval: Duration
    private var number: UInt64 = 0
    private var hasHeard = false
    /// The heartbeat that is not back yet.
    private var sent: (payload: String, at: Int64)?

    /// After this time without an answer the connection is given up.
    private static let limit = Duration.seconds(1)

    /// Begins to listen: what is committed from now on is heard.
    init(
        _ url: PostgresURL, _ limits: PostgresLimits, beginningWith host: Int, node: UInt64, interval: Duration
    ) throws(SQLError) {
        self.channel = "ostiary_beat_\(String(node, radix: 16))"
        self.interval = interval
        self.connection = try PostgresConnection.open(
            url, limits, beginningWith: host, until: PostgresDeadline(in: limits.call)
        )
        try connection.script(
            "LISTEN ostiary_change; LISTEN \(channel)",
            until: PostgresDeadline(in: limits.connect)
        )
        try connection.leavePipeline()
    }

    /// Listens for as long as the connection works.
    /// - Throws: ``SQLError`` when it does not.
    /// - Parameter onBeat: is told when the first heartbeat is back.
    mutating func hear(
        _ pulse: Pulse, _ onBeat: () -> Void, _ listener: (StoredChanges) -> Void
    ) throws(SQLError) {
        var next = Pulse.now()
        var isAnswered = true
        while !pulse.isStopped.load(ordering: .relaxed) {
            let now = Pulse.now()
            if let sent, now - sent.at > Self.limit.nanoseconds {
                throw SQLError(.unavailable, detail: "a heartbeat did not come back")
            }
            if sent == nil, isAnswered, now >= next {
                try beat(now)
                isAnswered = false
                next = now + interval.nanoseconds
            }
            let pause = sent == nil ? max(0, next - Pulse.now()) : interval.nanoseconds
            let (notices, answered) = try connection.receive(until: PostgresDeadline(in: .nanoseconds(pause)))
            isAnswered = isAnswered || answered
            guard take(notices, pulse, listener), !hasHeard else { continue }
            hasHeard = true
            onBeat()
        }
    }

    private mutating func beat(_ now: Int64) throws(SQLError) {
        number &+= 1
        sent = ("\(number)", now)
        // It has nothing to make durable, and would cost an fsync. Only within the transaction: behind a pooler the
        // session may be another node's next.
        // pg_notify() instead of NOTIFY: pg_stat_statements would keep each of those as a statement of its own.
        try connection.send(
            "BEGIN; SET LOCAL synchronous_commit = off; SELECT pg_catalog.pg_notify('\(channel)', '\(number)'); COMMIT",
            until: PostgresDeadline(in: Self.limit)
        )
    }

    /// - Returns: whether the heartbeat was among them.
    private mutating func take(
        _ notices: [PostgresNotice], _ pulse: Pulse, _ listener: (StoredChanges) -> Void
    ) -> Bool {
        var changes: [StoredChange] = []
        var beat: Int64?
        for notice in notices {
            if notice.channel == channel {
                // Behind a pooler that changes sessions the own heartbeat may come back where other notices were
                // dropped. Its sender is then not the process that this connection was told of.
                guard let sent, notice.payload == sent.payload, notice.sender == connection.backendPID else { continue }
                beat = sent.at
            } else {
                changes.append(StoredChange(payload: notice.payload))
            }
        }
        if !changes.isEmpty { listener(.some(changes)) }
        guard let beat else { return false }
        sent = nil
        pulse.last.store(beat, ordering: .releasing)
        return true
    }
}
