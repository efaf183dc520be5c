// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Synchronization
package import Testing

/// Runs each test on a thread of its own, a few at once. The tasks of all tests share as many threads as the machine has cores; two
/// tests that block would stop every other one, and its clocks with it.
package struct ThreadOfItsOwn: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await turns.take()
        defer { turns.giveBack() }
        let start = ContinuousClock.now
        defer { TestTimes.add(seconds(since: start), to: test.sourceLocation.fileName) }
        let executor = try ThreadExecutor()
        defer { executor.stop() }
        try await withTaskExecutorPreference(executor) { try await function() }
    }
}

extension Trait where Self == ThreadOfItsOwn {
    /// For tests that block.
    package static var onItsOwnThread: Self { Self() }
}

/// Tests that block mostly wait for others, so there may be more of them than cores.
private let turns = Turns(4)

/// A counting semaphore for tasks.
private final class Turns: Sendable {
    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(_ count: Int) { state = Mutex((count, [])) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

/// One thread that runs tasks. Ended with ``stop()``.
package final class ThreadExecutor: TaskExecutor {
    private let jobs = BlockingQueue<UnownedJob>(capacity: .max)

    package init() throws {
        let thread = DedicatedThread { [jobs, weak self] in
            while let job = jobs.take(atMost: 1).first {
                guard let self else { return }
                job.runSynchronously(on: self.asUnownedTaskExecutor())
            }
        }
        guard thread != nil else { throw Failure("no thread") }
    }

    package func enqueue(_ job: consuming ExecutorJob) { _ = jobs.push(UnownedJob(job)) }

    package func stop() { jobs.close() }
}
