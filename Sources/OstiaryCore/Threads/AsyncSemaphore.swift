// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An asynchronous semaphore: bounds the concurrent calls; the others are suspended in the order of their arrival.
package final class AsyncSemaphore: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter width: the most concurrent calls, at least 1.
    package init(width: Int) { state = Mutex(State(free: max(1, width))) }

    /// Runs the closure once a place is free. Waiting has no deadline and ignores cancellation; the closure checks
    /// both.
    /// - Throws: the error of the closure.
    package func pass<Value: Sendable>(_ body: () async throws -> Value) async rethrows -> Value {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        defer { leave() }
        return try await body()
    }

    private func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
