// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
package import Testing

/// Runs each test on a thread of its own. The tasks of all tests share as many threads as the machine has cores; two
/// tests that block would stop every other one, and its clocks with it.
package struct ThreadOfItsOwn: SuiteTrait, TestTrait, TestScoping {
    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let executor = try ThreadExecutor()
        defer { executor.stop() }
        try await withTaskExecutorPreference(executor) { try await function() }
    }
}

extension Trait where Self == ThreadOfItsOwn {
    /// For tests that block.
    package static var onItsOwnThread: Self { Self() }
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
