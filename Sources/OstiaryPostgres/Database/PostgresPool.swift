// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import Synchronization

/// A queue of jobs and its threads, each with its own connection.
final class PostgresPool: Sendable {
    let url: PostgresURL
    let limits: PostgresLimits
    let queue: BlockingQueue<PostgresJob>
    let reach = PostgresAvailability()
    /// True until a pooler that changes sessions was found; statements are prepared until then.
    let prepares = Atomic<Bool>(true)
    let onWarning: @Sendable (String) -> Void
    private let onChange: @Sendable ([StoredChange]) -> Void
    private let onRecord: @Sendable ([AuditEntry]) -> Void

    init(
        _ url: PostgresURL, _ limits: PostgresLimits, onChange: @escaping @Sendable ([StoredChange]) -> Void,
        onRecord: @escaping @Sendable ([AuditEntry]) -> Void,
        onWarning: @escaping @Sendable (String) -> Void
    ) {
        self.url = url
        self.limits = limits
        self.queue = BlockingQueue(capacity: max(1, limits.waiting))
        self.onChange = onChange
        self.onRecord = onRecord
        self.onWarning = onWarning
    }

    func open(until deadline: PostgresDeadline) throws(SQLError) -> PostgresConnection {
        reach.began()
        do throws(SQLError) {
            let opened = try PostgresConnection.open(
                url, limits, beginningWith: reach.firstHost, prepares: prepares.load(ordering: .relaxed),
                until: deadline
            )
            reach.succeeded()
            for warning in opened.warnings { onWarning(warning) }
            return opened
        } catch {
            reach.failed(error)
            throw error
        }
    }

    /// - Throws: ``SQLError`` if the operating system refuses all threads.
    func start() throws(SQLError) -> [DedicatedThread] {
        let threads = (0..<max(1, limits.connections)).compactMap { _ in
            DedicatedThread { PostgresWorker(self).run() }
        }
        guard !threads.isEmpty else {
            throw SQLError(.cannotOpen, advice: "the operating system refuses another thread")
        }
        return threads
    }

    func notify(_ changes: [StoredChange]) {
        if !changes.isEmpty { onChange(changes) }
    }

    func notify(_ entries: [AuditEntry]) {
        if !entries.isEmpty { onRecord(entries) }
    }
}
