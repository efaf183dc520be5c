// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Synchronization

/// The shared state of a pool's threads about the server. While it is away, callers are refused at once, and one thread
/// tries to connect after growing pauses.
final class PostgresAvailability: Sendable {
    private struct State {
        var connected = 0
        /// The number of attempts to connect in progress.
        var attempts = 0
        /// True if one of them is the single attempt after a failure.
        var isTrying = false
        var failures = 0
        var firstHost = 0
        /// The time before which no attempt may begin; nil for none.
        var pause: PostgresDeadline?
        var error = SQLError(.unavailable)
    }

    private let state = Mutex(State())

    /// The number of open connections.
    var connected: Int { state.withLock { $0.connected } }

    /// The index of the host with which to begin; each failure moves it to the next one.
    var firstHost: Int { state.withLock { $0.firstHost & .max } }

    /// True if another thread has a connection or may get one soon: the server may refuse a further connection while
    /// the open ones work.
    var isHopeful: Bool { state.withLock { $0.connected > 0 || $0.attempts > ($0.isTrying ? 1 : 0) } }

    func began() { state.withLock { $0.attempts += 1 } }

    /// Asks for the permission to connect. A caller that gets it must call ``succeeded()`` or ``failed(_:)``.
    /// - Returns: nil for the permission, else the error.
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
            // 50 ms, doubled up to 800 ms, and as much again at random, so that nodes do not reconnect in step.
            let base = 50 << min(state.failures - 1, 4)
            state.pause = PostgresDeadline(in: .milliseconds(base + .random(in: 0...base)))
        }
    }

    /// Reports a lost connection.
    /// - Parameter silent: true if it did not answer in time. Others will not either, so the next attempt is a single
    ///   one.
    func lost(silent: Bool, _ error: SQLError) {
        state.withLock { state in
            state.connected -= 1
            guard silent, state.pause == nil else { return }
            state.error = error
            state.pause = PostgresDeadline(in: .zero)
        }
    }
}
