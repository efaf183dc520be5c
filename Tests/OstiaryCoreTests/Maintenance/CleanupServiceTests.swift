// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite struct CleanupServiceTests {
    /// A disk that takes so long for each row, and who else waits for it.
    private final class Disk: Sendable {
        private struct State {
            var now = ContinuousClock.now
            var rows: Int
            var busy: [Duration] = []
            var pauses: [Duration] = []
        }
        private let state: Mutex<State>
        private let perRow: Duration

        init(rows: Int, perRow: Duration) {
            state = Mutex(State(rows: rows))
            self.perRow = perRow
        }

        var busy: [Duration] { state.withLock { $0.busy } }
        var pauses: [Duration] { state.withLock { $0.pauses } }

        func cleanup() throws -> CleanupService {
            let store = CountingSessionStore(MemoryStorage { _ in }) { [self] limit in
                state.withLock { state in
                    let count = min(limit, state.rows)
                    state.rows -= count
                    state.busy.append(perRow * count)
                    state.now += perRow * count
                    return count
                }
            }
            return CleanupService(
                sessions: store, audit: MemoryStorage(), retention: { 90 }, now: Timestamp.now
            ) { [self] in
                state.withLock { $0.now }
            } pause: { [self] duration in
                state.withLock { $0.pauses.append(duration) }
            }
        }
    }

    @Test("no transaction holds up the others for long, whatever a row takes, and they get as much time between")
    func share() async throws {
        let slow = Disk(rows: 2_000, perRow: .milliseconds(2))
        #expect(try await slow.cleanup().run() == 2_000)
        #expect(slow.busy.allSatisfy { $0 <= .milliseconds(64) }, "\(slow.busy)")
        #expect(slow.pauses == slow.busy.dropLast(), "none after the look that finds nothing")

        let fast = Disk(rows: 100_000, perRow: .microseconds(10))
        #expect(try await fast.cleanup().run() == 100_000)
        #expect(fast.busy.count < 220, "five hundred at once where that costs nothing")
    }
}
