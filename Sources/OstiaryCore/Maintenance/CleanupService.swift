// SPDX-License-Identifier: Apache-2.0

/// Deletes what nobody can present any more.
public struct CleanupService: Sendable {
    private let sessions: any SessionStore
    private let now: WallClock
    private let clock: @Sendable () -> ContinuousClock.Instant
    private let pause: @Sendable (Duration) async throws -> Void

    /// The most rows of each kind that one transaction deletes.
    static let most = 500
    /// What one transaction may take of the others' time. Where every row is somewhere else on a disk, that is a few
    /// dozen rows; in memory, thousands.
    static let share = Duration.milliseconds(25)

    public init(sessions: any SessionStore, now: @escaping WallClock = Timestamp.now) {
        self.init(
            sessions: sessions, now: now, clock: { ContinuousClock.now }, pause: { try await Task.sleep(for: $0) })
    }

    init(
        sessions: any SessionStore, now: @escaping WallClock,
        clock: @escaping @Sendable () -> ContinuousClock.Instant,
        pause: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.sessions = sessions
        self.now = now
        self.clock = clock
        self.pause = pause
    }

    /// Goes on until nothing is left that has expired by now, in small transactions, and leaves as much time between
    /// them as they take.
    /// - Parameter progress: told after each of them how many rows have gone so far.
    /// - Returns: how many rows went.
    /// - Throws: ``StoreUnavailable``, `CancellationError`.
    public func run(progress: (Int) -> Void = { _ in }) async throws -> Int {
        let moment = now()
        var total = 0
        var limit = 16
        while true {
            try Task.checkCancellation()
            let start = clock()
            let deleted = try await sessions.deleteExpired(at: moment, limit: limit)
            guard deleted > 0 else { return total }
            total += deleted
            progress(total)
            let duration = clock() - start
            limit = duration > Self.share ? max(1, limit / 2) : min(Self.most, limit * 2)
            // Another process that wants to write looks now and then only: back to back it would never find a gap.
            try await pause(duration)
        }
    }
}
