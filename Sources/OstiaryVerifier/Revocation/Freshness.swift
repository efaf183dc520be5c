// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The age of what is known of the feed, and the fate of tokens by it.
final class Freshness: Sendable {
    private struct State {
        /// The uptime of the last moment of which everything is known; nil before the first.
        var known: Duration?
        /// Nil before the first look.
        var wasFresh: Bool?
    }

    private let policy: SilencePolicy
    private let options: TokenVerifier.Options
    private let state = Mutex(State())

    init(policy: SilencePolicy, options: TokenVerifier.Options) {
        self.policy = policy
        self.options = options
    }

    /// Everything is known that the server knew at a moment.
    /// - Parameter age: the time since then.
    func learned(age: Duration) {
        state.withLock { state in
            let moment = options.clock.uptime() - age
            state.known = max(state.known ?? moment, moment)
        }
    }

    /// True if the silence is shorter than the policy allows.
    /// - Parameter isWhole: false if something that was heard could not be kept.
    func isFresh(isWhole: Bool) -> Bool {
        let now = options.clock.uptime()
        return state.withLock { state in isWhole && state.known.map { now - $0 <= policy.limit } == true }
    }

    /// - Returns: true if tokens may be accepted now. Reports the begin and the end of a silence.
    func admits(isWhole: Bool) -> Bool {
        let isFresh = isFresh(isWhole: isWhole)
        let before = state.withLock { state in
            defer { state.wasFresh = isFresh }
            return state.wasFresh
        }
        if isFresh != before { options.report(isFresh ? .fresh : .silent(accepting: policy.isOpen)) }
        return isFresh || policy.isOpen
    }
}
