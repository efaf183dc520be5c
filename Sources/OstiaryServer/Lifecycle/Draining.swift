// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle
import Synchronization

/// The first step of a graceful shutdown: for a moment requests are still served, but each answer closes its
/// connection, so that no request meets a closing connection.
final class Draining: Service {
    private let draining = Atomic<Bool>(false)
    private let grace: Duration

    /// - Parameter grace: the time before the listener closes.
    init(grace: Duration = .milliseconds(500)) { self.grace = grace }

    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func run() async throws {
        try await gracefulShutdown()
        draining.store(true, ordering: .relaxed)
        try? await Task.sleep(for: grace)
    }
}
