// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Delays refusals that ask the client to retry later.
///
/// A client that ignores `Retry-After` asks again as soon as it has the answer, so the rate of refusals bounds the rate
/// of a flood. Refusals follow one another at ``interval``, however many clients there are; most of a core stays free
/// for other requests. A few concurrent refusals are hardly delayed.
final class RetryDelay: Sendable {
    /// The delay of the first refusal after a pause.
    private static let delay = Duration.milliseconds(10)
    private static let interval = Duration.microseconds(100)
    /// The longest delay of a refusal.
    private static let longest = Duration.seconds(1)

    private let now: @Sendable () -> ContinuousClock.Instant
    private let last: Mutex<ContinuousClock.Instant>

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
        self.last = Mutex(now())
    }

    /// - Returns: the delay of the next refusal, from now.
    func next() -> Duration {
        let now = self.now()
        let turn = last.withLock { last in
            last = min(max(last + Self.interval, now + Self.delay), now + Self.longest)
            return last
        }
        return turn - now
    }
}
