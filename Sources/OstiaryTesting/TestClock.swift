// SPDX-License-Identifier: Apache-2.0

public import OstiaryCore
import Synchronization

/// A wall clock that tests set. Deadlines and pauses go by the machine's own clock.
public final class TestClock: Sendable {
    private let time: Mutex<Timestamp>

    /// - Parameter now: the first time of the clock.
    public init(_ now: Timestamp = Timestamp.now()) { time = Mutex(now) }

    /// The time of the clock.
    public var now: Timestamp { time.withLock { $0 } }

    /// Sets the clock, also back.
    public func set(_ now: Timestamp) { time.withLock { $0 = now } }

    /// Moves the clock.
    /// - Parameter seconds: the seconds to move by, which may be negative.
    public func advance(seconds: Int) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
