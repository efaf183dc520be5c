// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Records that an address was bound. An error before that point means that the configuration cannot work.
final class Running: Sendable {
    private let started = Atomic<Bool>(false)
    private let starts: AsyncStream<Never>
    private let source: AsyncStream<Never>.Continuation

    init() { (starts, source) = AsyncStream.makeStream() }

    func start() {
        started.store(true, ordering: .relaxed)
        source.finish()
    }

    var hasStarted: Bool { started.load(ordering: .relaxed) }

    /// Returns once the address is bound.
    func wait() async {
        for await _ in starts {}
    }
}
