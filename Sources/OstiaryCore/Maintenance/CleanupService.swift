// SPDX-License-Identifier: Apache-2.0

/// Deletes expired sessions, tokens, revocations and known networks, and audit entries beyond their retention.
public struct CleanupService: Sendable {
    private let sessions: any SessionStore
    private let audit: any AuditStore
    private let outbox: (any OutboxStore)?
    private let revocations: (any RevocationStore)?
    private let retention: @Sendable () -> Int
    private let now: WallClock
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let pause: @Sendable (Duration) async throws -> Void

    /// The most rows of each kind that one transaction deletes.
    static let most = 500
    /// The longest time that one transaction may hold up other writes. That is a few dozen rows where each is read from
    /// disk, thousands where all are in memory.
    static let share = Duration.milliseconds(25)

    /// - Parameter retention: returns the days for which audit entries are kept; 0 for ever. Called by each run.
    package init(
        sessions: any SessionStore, audit: any AuditStore, outbox: (any OutboxStore)? = nil,
        revocations: (any RevocationStore)? = nil, now: @escaping WallClock = Timestamp.now,
        retention: @escaping @Sendable () -> Int
    ) {
        self.init(
            sessions: sessions, audit: audit, outbox: outbox, revocations: revocations, retention: retention, now: now,
            clock: { ContinuousClock.now },
            pause: { try await Task.sleep(for: $0) })
    }

    init(
        sessions: any SessionStore, audit: any AuditStore, outbox: (any OutboxStore)? = nil,
        revocations: (any RevocationStore)? = nil, retention: @escaping @Sendable () -> Int,
        now: @escaping WallClock, clock: @escaping @Sendable () -> ContinuousClock.Instant,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.sessions = sessions
        self.audit = audit
        self.outbox = outbox
        self.revocations = revocations
        self.retention = retention
        self.now = now
        self.clock = clock
        self.pause = pause
    }

    /// Deletes everything that has expired by now, in small transactions with a pause as long as the last one between
    /// them.
    /// - Parameters:
    ///   - context: the context of an operator who runs a command, which is audited; nil for the server's regular runs.
    ///   - progress: called after each transaction with the number of rows deleted so far.
    /// - Returns: the number of deleted rows.
    /// - Throws: ``StoreUnavailable``, `CancellationError`.
    public func run(by context: RequestContext? = nil, progress: (Int) -> Void = { _ in }) async throws -> Int {
        let moment = now()
        var total = 0
        try await delete(counting: &total, progress) { try await sessions.deleteExpired(at: moment, limit: $0) }
        if let outbox {
            let failed = moment.adding(seconds: -MailRetry.keptDays * 86_400)
            try await delete(counting: &total, progress) {
                try await outbox.deleteExpired(failedBefore: failed, at: moment, limit: $0)
            }
        }
        if let revocations {
            // The clock of a verifier may be behind.
            let past = moment.adding(seconds: -120)
            try await delete(counting: &total, progress) { try await revocations.deleteExpired(at: past, limit: $0) }
        }
        let days = retention()
        if days > 0 {
            let horizon = moment.adding(seconds: -days * 86_400)
            try await delete(counting: &total, progress) { try await audit.deleteEntries(before: horizon, limit: $0) }
        }
        if let context {
            let change = AuditChange("expired rows", from: String(total), to: "0")
            _ = try await audit.add([AuditEntry(.cleanedUp, changes: [change], in: context)], in: context)
        }
        return total
    }

    private func delete(
        counting total: inout Int, _ progress: (Int) -> Void, _ portion: (Int) async throws -> Int
    ) async throws {
        var limit = 16
        while true {
            try Task.checkCancellation()
            let start = clock()
            let deleted = try await portion(limit)
            guard deleted > 0 else { return }
            total += deleted
            progress(total)
            let duration = clock() - start
            limit = duration > Self.share ? max(1, limit / 2) : min(Self.most, limit * 2)
            // Another process polls for the lock, so without a pause it would never get it.
            try await pause(duration)
        }
    }
}
