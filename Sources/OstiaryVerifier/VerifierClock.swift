// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The clocks of a verifier. Tests have others than the machine's.
public struct VerifierClock: Sendable {
    /// Seconds since 1970, for the times of tokens.
    public var now: @Sendable () -> Double
    /// The time since some moment; it never goes back. Silence and the age of keys are measured by it.
    public var uptime: @Sendable () -> Duration
    /// Waits, until the task is cancelled at the latest.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// The clocks of the machine.
    public static let system: VerifierClock = {
        let start = ContinuousClock.now
        return VerifierClock(
            now: { Date().timeIntervalSince1970 }, uptime: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) })
    }()

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - uptime: the time since some moment, which never goes back.
    ///   - sleep: waits for so long.
    public init(
        now: @escaping @Sendable () -> Double, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }
}
