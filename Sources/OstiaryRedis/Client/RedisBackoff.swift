// SPDX-License-Identifier: Apache-2.0

/// The pauses between attempts to connect.
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
    ///   - lasted: the duration of the attempt and of the connection after it. It counts as a part of the pause, or a
    ///     server that accepts and does not answer would be tried too seldom.
    ///   - jitter: 0.5…1, so that clients do not reconnect at the same moment.
    mutating func next(afterAttemptOf lasted: Duration, jitter: Double) -> Duration {
        let wait = max(shortest, pause - lasted) * jitter
        pause = lasted > longest ? shortest : min(pause * 2, longest)
        return wait
    }
}
