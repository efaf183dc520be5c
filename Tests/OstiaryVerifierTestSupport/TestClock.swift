// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
package import OstiaryVerifier
import Synchronization

/// The machine's clocks, moved forward by a test.
package final class TestClock: Sendable {
    private let ahead = Mutex(0.0)
    private let start = ContinuousClock.now

    package init() {}

    package func advance(_ seconds: Double) { ahead.withLock { $0 += seconds } }

    package var clock: VerifierClock {
        VerifierClock(
            now: { [self] in Date().timeIntervalSince1970 + ahead.withLock { $0 } },
            uptime: { [self] in ContinuousClock.now - start + .seconds(ahead.withLock { $0 }) },
            sleep: { try await Task.sleep(for: $0) })
    }
}
