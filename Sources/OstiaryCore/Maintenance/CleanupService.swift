/// Deletes what nobody can present any more.
public struct CleanupService: Sendable {
    private let sessions: any SessionStore
    private let now: WallClock

    /// Rows of each kind that one transaction deletes: few enough that no login waits for it.
    static let batch = 500

    public init(sessions: any SessionStore, now: @escaping WallClock = Timestamp.now) {
        self.sessions = sessions
        self.now = now
    }

    /// Goes on until nothing is left that has expired by now, in small transactions.
    /// - Parameter progress: told after each of them how many rows have gone so far.
    /// - Returns: how many rows went.
    /// - Throws: ``StoreUnavailable``, `CancellationError`.
    public func run(progress: (Int) -> Void = { _ in }) async throws -> Int {
        let moment = now()
        var total = 0
        while true {
            try Task.checkCancellation()
            let deleted = try await sessions.deleteExpired(at: moment, limit: Self.batch)
            guard deleted > 0 else { return total }
            total += deleted
            progress(total)
        }
    }
}
