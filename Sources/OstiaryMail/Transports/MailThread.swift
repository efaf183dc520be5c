// SPDX-License-Identifier: Apache-2.0

import OstiaryCore

/// A thread for deliveries that block, which neither an event loop nor the cooperative pool may do.
final class MailThread: Sendable {
    private typealias Job = @Sendable () -> Void

    private let queue: BlockingQueue<Job>
    private let hasThread: Bool

    /// - Parameter capacity: the most deliveries that wait.
    init(capacity: Int = 256) {
        let queue = BlockingQueue<Job>(capacity: capacity)
        self.queue = queue
        hasThread = DedicatedThread.detach { while let job = queue.take(atMost: 1).first { job() } }
    }

    deinit { queue.close() }

    /// Runs the closure on the thread and suspends the caller meanwhile.
    func run(
        _ body: @escaping @Sendable () throws(MailFailure) -> Void
    ) async throws(MailFailure) {
        let result: Result<Void, MailFailure> = await withCheckedContinuation { continuation in
            let isTaken = hasThread && queue.push { continuation.resume(returning: Result(catching: body)) }
            guard !isTaken else { return }
            continuation.resume(
                returning: .failure(
                    MailFailure(.unavailable, step: "queue", reason: "the queue is full or closed")))
        }
        try result.get()
    }

    /// Refuses further deliveries; the thread ends after those that wait.
    func close() { queue.close() }
}
