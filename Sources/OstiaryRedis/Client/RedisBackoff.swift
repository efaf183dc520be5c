// SPDX-License-Identifier: Apache-2.0

/// How long to wait before the next attempt to connect.
struct RedisBackoff {
    private let shortest: Duration
    private let longest: Duration
    private var pause: Duration

    init(shortest: Duration, longest: Duration) {
        self.shortest = max(.zero, shortest)
        self.longest = max(self.shortest, longest)
        pause = self.shortest
    }

    /// - Parameters:
    ///   - lasted: the attempt together with the connection it may have brought. It counts as waiting, or a server that
    ///     accepts and never answers would be asked too seldom to recover in time.
    ///   - jitter: 0.5…1, so that many clients do not come back at the same moment.
    mutating func next(afterAttemptOf lasted: Duration, jitter: Double) -> Duration {
        let wait = max(shortest, pause - lasted) * jitter
        pause = lasted > longest ? shortest : min(pause * 2, longest)
        return wait
    }
}
