// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// Threads that run blocking closures for asynchronous tests.
package final class WorkerThreads: Sendable {
    private let queue = BlockingQueue<@Sendable () -> Void>(capacity: .max)
    private let threads: [DedicatedThread]

    package init(count: Int) {
        threads = (0..<count).compactMap { [queue] _ in
            DedicatedThread { while let job = queue.take(atMost: 1).first { job() } }
        }
    }

    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = queue.push { continuation.resume(with: Result(catching: body)) }
            if !isTaken { continuation.resume(throwing: Failure("the threads have ended")) }
        }
    }

    /// Blocks until what waits is done.
    package func close() {
        queue.close()
        threads.forEach { $0.join() }
    }
}
