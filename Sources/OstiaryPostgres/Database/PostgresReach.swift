// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Synchronization

/// What the threads of a pool know together about the server, so that callers are refused at once while it is away:
/// then one thread tries to connect, after pauses that grow, and the others wait for what it finds.
final class PostgresReach: Sendable {
    private struct State {
        var connected = 0
        /// How many attempts to connect are under way, and whether one of them is the single one after a failure.
        var attempts = 0
        var isTrying = false
        var failures = 0
        var firstHost = 0
        /// When the next attempt may begin; nil while nothing speaks against one.
        var pause: PostgresDeadline?
        var error = SQLError(.unavailable)
    }

    private let state = Mutex(State())

    /// How many connections there are.
    var connected: Int { state.withLock { $0.connected } }

    /// With which host to begin. After a failure it is the next one, and stays it where that works.
    var firstHost: Int { state.withLock { $0.firstHost & .max } }

    /// Whether a job may be served by another thread, now or soon: the server may have no connection left for this pool,
    /// while those that it has work on.
    var isHopeful: Bool { state.withLock { $0.connected > 0 || $0.attempts > ($0.isTrying ? 1 : 0) } }

    func began() { state.withLock { $0.attempts += 1 } }

    /// Asks to connect. One that may must tell ``succeeded()`` or ``failed(_:)``.
    /// - Returns: why not.
    func refusal() -> SQLError? {
        state.withLock { state in
            guard let pause = state.pause else { return nil }
            guard pause.isOver, !state.isTrying else { return state.error }
            state.isTrying = true
            return nil
        }
    }

    func succeeded() {
        state.withLock { state in
            state.connected += 1
            state.attempts -= 1
            state.isTrying = false
            state.failures = 0
            state.pause = nil
        }
    }

    func failed(_ error: SQLError) {
        state.withLock { state in
            state.attempts -= 1
            state.isTrying = false
            state.failures += 1
            state.firstHost &+= 1
            state.error = error
            // 50 ms, doubled up to 800 ms, and as much again at random: nodes do not come back in step.
            let base = 50 << min(state.failures - 1, 4)
            state.pause = PostgresDeadline(in: .milliseconds(base + .random(in: 0...base)))
        }
    }

    /// - Parameter silent: whether it did not answer in time. Then others will not either, and the next to connect
    ///   goes first alone.
    func lost(silent: Bool, _ error: SQLError) {
        state.withLock { state in
            state.connected -= 1
            guard silent, state.pause == nil else { return }
            state.error = error
            state.pause = PostgresDeadline(in: .zero)
        }
    }
}
