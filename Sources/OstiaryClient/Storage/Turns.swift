// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Turns for the tasks of one process, in the order in which they asked.
final class Turns: Sendable {
    /// The end of a wait.
    private enum Outcome {
        case mine, cancelled, late
    }

    private struct State {
        var isTaken = false
        var waiting: [(number: Int, continuation: CheckedContinuation<Outcome, Never>)] = []
        /// Tasks that were cancelled before they waited.
        var cancelled: Set<Int> = []
        var last = 0

        mutating func leave(_ number: Int) -> CheckedContinuation<Outcome, Never>? {
            guard let place = waiting.firstIndex(where: { $0.number == number }) else { return nil }
            return waiting.remove(at: place).continuation
        }
    }

    private let state = Mutex(State())

    /// - Parameter limit: the longest wait.
    /// - Throws: `CancellationError` if the task is cancelled while it waits; ``ClientError/storageBusy`` after the limit; what
    ///   the body throws.
    func run<Value: Sendable>(
        atMost limit: Duration, _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        switch await take(atMost: limit) {
        case .mine: break
        case .cancelled: throw CancellationError()
        case .late: throw ClientError.storageBusy
        }
        defer { give() }
        return try await body()
    }

    private func take(atMost limit: Duration) async -> Outcome {
        let number: Int? = state.withLock { state in
            guard state.isTaken else {
                state.isTaken = true
                return nil
            }
            state.last += 1
            return state.last
        }
        guard let number else { return .mine }
        let alarm = Task { [weak self] in
            try await Task.sleep(for: limit)
            self?.state.withLock { $0.leave(number) }?.resume(returning: .late)
        }
        defer { alarm.cancel() }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Outcome? = state.withLock { state in
                    if state.cancelled.remove(number) != nil { return .cancelled }
                    if !state.isTaken {
                        state.isTaken = true
                        return .mine
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                let waiter = state.leave(number)
                if waiter == nil { state.cancelled.insert(number) }
                return waiter
            }
            waiter?.resume(returning: .cancelled)
        }
        // A number that was cancelled after its turn had begun would stay for ever.
        state.withLock { _ = $0.cancelled.remove(number) }
        return outcome
    }

    private func give() {
        let next: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: .mine)
    }
}
