// SPDX-License-Identifier: Apache-2.0

import Metrics
import OstiaryCore
import Synchronization

/// Bounds the resources that all connections of a server hold together: the number of connections of each network, and
/// the memory of request bodies that are being received.
package final class Crowd: Sendable {
    package struct Limits: Sendable {
        /// The greatest number of connections of one network; nil for no limit.
        package var connectionsPerNetwork: Int?
        /// The greatest number of bytes of all bodies that are being received.
        package var bodies: Int

        package init(connectionsPerNetwork: Int? = nil, bodies: Int = 64 << 20) {
            self.connectionsPerNetwork = connectionsPerNetwork
            self.bodies = bodies
        }
    }

    private struct State {
        var networks: [Network: Int] = [:]
        var connections = 0
        /// The greatest number of connections since memory was last given back.
        var peak = 0
    }

    /// The least peak after which memory is given back; smaller ones leave little behind.
    private static let notable = 256

    private let limits: Limits
    private let state = Mutex(State())
    private let bodies = Atomic(0)
    private let dispersed: @Sendable () -> Void
    private let refusals = Metric.refusedConnections.counter()

    /// - Parameter dispersed: called on an event loop when most connections of a peak are gone, to give memory back.
    package init(limits: Limits = Limits(), dispersed: @escaping @Sendable () -> Void = {}) {
        self.limits = limits
        self.dispersed = dispersed
    }

    /// The number of open connections.
    package var connections: Int { state.withLock { $0.connections } }

    /// Counts one more connection.
    /// - Parameter network: the client's network; nil for proxies and this machine itself, which have no limit.
    /// - Returns: true if the connection may stay; the caller must call ``leave(_:)`` at its end.
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

    /// Reserves memory for a body.
    /// - Parameter bytes: the number of bytes.
    /// - Returns: true if the bytes were reserved; false if fewer are left.
    func takeBody(_ bytes: Int) -> Bool {
        guard bodies.add(bytes, ordering: .relaxed).newValue > limits.bodies else { return true }
        bodies.subtract(bytes, ordering: .relaxed)
        return false
    }

    func giveBackBody(_ bytes: Int) { bodies.subtract(bytes, ordering: .relaxed) }
}
