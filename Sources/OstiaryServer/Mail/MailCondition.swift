// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// The condition of the delivery of messages, for the readiness check. Requests are served in every case.
struct MailCondition: Sendable {
    /// The seconds after its time at which a message counts as late. The longest pause of a worker is shorter.
    static let patience = 600

    let worker: OutboxWorker
    let outbox: any OutboxStore
    let settings: DynamicSettings
    private let counts = RecentValue<OutboxCounts>(interval: 5)

    init(worker: OutboxWorker, outbox: any OutboxStore, settings: DynamicSettings) {
        self.worker = worker
        self.outbox = outbox
        self.settings = settings
    }

    /// - Parameter now: the time of the call. Messages are counted at most every five seconds.
    /// - Returns: nil if the messages cannot be counted.
    func note(at now: Timestamp) async -> String? {
        let counted = try? await counts.value(at: now) { [outbox] in
            try await outbox.counts(in: RequestContext(actor: .system, now: now))
        }
        guard let counted else { return nil }
        return Self.note(
            counted, failure: worker.failure, limit: settings.snapshot[.mailQueueLimit], at: now)
    }

    /// - Parameters:
    ///   - failure: the reason for which no message leaves; nil if there is none.
    ///   - limit: the most messages that may wait.
    static func note(_ counts: OutboxCounts, failure: MailFailure?, limit: Int, at now: Timestamp) -> String {
        if counts.waiting >= limit { return "degraded: the outbox is full" }
        // Without a message that waits, nothing would ever tell that the mail server is back.
        guard let due = counts.due else { return "ok" }
        if let failure { return "degraded: \(failure)" }
        guard due.adding(seconds: patience) < now else { return "ok" }
        return "degraded: a message is \((now.seconds - due.seconds) / 60) minutes late"
    }
}
