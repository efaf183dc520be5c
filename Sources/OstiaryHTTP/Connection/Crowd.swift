// SPDX-License-Identifier: Apache-2.0

import Metrics
import OstiaryCore
import Synchronization

/// What all connections of a server hold together, bounded: how many there are of one network, and the memory of request
/// bodies that are still coming in.
package final class Crowd: Sendable {
    package struct Limits: Sendable {
        /// Connections of one network; nil for no limit.
        package var connectionsPerNetwork: Int?
        /// Bytes of all bodies under way.
        package var bodies: Int

        package init(connectionsPerNetwork: Int? = nil, bodies: Int = 64 << 20) {
            self.connectionsPerNetwork = connectionsPerNetwork
            self.bodies = bodies
        }
    }

    private struct State {
        var networks: [Network: Int] = [:]
        var connections = 0
        /// The most since memory was given back.
        var peak = 0
    }

    /// A smaller crowd leaves nothing behind that is worth a look.
    private static let notable = 256

    private let limits: Limits
    private let state = Mutex(State())
    private let bodies = Atomic(0)
    private let dispersed: @Sendable () -> Void
    private let refusals = Counter(label: "ostiary_connections_refused_total")

    /// - Parameter dispersed: called when most of a crowd has gone, on an event loop: what it needed can be given back.
    package init(limits: Limits = Limits(), dispersed: @escaping @Sendable () -> Void = {}) {
        self.limits = limits
        self.dispersed = dispersed
    }

    /// Takes in one connection more.
    /// - Parameter network: nil for peers that are not counted one by one: proxies, and this machine itself.
    /// - Returns: whether it may stay; then ``leave(_:)`` has to follow.
    func enter(_ network: Network?) -> Bool {
        let mayStay = state.withLock { state in
            if let network, let limit = limits.connectionsPerNetwork {
                guard state.networks[network, default: 0] < limit else { return false }
                state.networks[network, default: 0] += 1
            }
            state.connections += 1
            state.peak = max(state.peak, state.connections)
            return true
        }
        if !mayStay { refusals.increment() }
        return mayStay
    }

    func leave(_ network: Network?) {
        let hasDispersed = state.withLock { state in
            if let network, let count = state.networks[network] {
                state.networks[network] = count > 1 ? count - 1 : nil
            }
            state.connections -= 1
            guard state.peak >= Self.notable, state.connections < state.peak / 4 else { return false }
            state.peak = state.connections
            return true
        }
        if hasDispersed { dispersed() }
    }

    /// - Returns: whether so much memory more is left for bodies; then it is taken.
    func takeBody(_ bytes: Int) -> Bool {
        guard bodies.add(bytes, ordering: .relaxed).newValue > limits.bodies else { return true }
        bodies.subtract(bytes, ordering: .relaxed)
        return false
    }

    func giveBackBody(_ bytes: Int) { bodies.subtract(bytes, ordering: .relaxed) }
}
