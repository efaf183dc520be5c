// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Turns for the tasks of one process, in the order in which they asked.
final class Turns: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Tasks that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var last = 0
    }

    private let state = Mutex(State())

    /// - Throws: `CancellationError` if the task is cancelled while it waits; what the body throws.
    func run<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        try await take()
        defer { give() }
        return try await body()
    }

    private func take() async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        let isMine = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return false }
                    if !state.isTaken {
                        state.isTaken = true
                        return true
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let found = state.withLock { state in
                if let place = state.waiting.firstIndex(where: { $0.number == number }) {
                    return Optional(state.waiting.remove(at: place).continuation)
                }
                state.cancelled.insert(number)
                return nil
            }
            found?.resume(returning: false)
        }
        // A number that was cancelled after its turn had begun would stay for ever.
        state.withLock { _ = $0.cancelled.remove(number) }
        guard isMine else { throw CancellationError() }
    }

    private func give() {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return CheckedContinuation<Bool, Never>?.none
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
