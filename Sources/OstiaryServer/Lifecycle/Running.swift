// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether an address was ever bound: an error before that is a configuration that cannot work.
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

    /// Returns once it has started.
    func wait() async {
        for await _ in starts {}
    }
}
