// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How fast clients are told to come back later.
///
/// Those who do not wait ask again with each answer, so a flood is as fast as its refusals. One follows the other in
/// ``interval``: however many clients there are, being told leaves most of a core to everybody else. A few at once
/// hardly notice it.
final class RefusalPace: Sendable {
    /// Before the first of them.
    private static let delay = Duration.milliseconds(10)
    private static let interval = Duration.microseconds(100)
    /// Nobody waits for longer.
    private static let longest = Duration.seconds(1)

    private let now: @Sendable () -> ContinuousClock.Instant
    private let last: Mutex<ContinuousClock.Instant>

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.now = now
        self.last = Mutex(now())
    }

    /// - Returns: how long the next refusal has to wait from now on.
    func next() -> Duration {
        let now = self.now()
        let turn = last.withLock { last in
            last = min(max(last + Self.interval, now + Self.delay), now + Self.longest)
            return last
        }
        return turn - now
    }
}
