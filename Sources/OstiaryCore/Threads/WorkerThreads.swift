import Synchronization

/// Too much is waiting already: nothing was started, and the same call may succeed later.
public struct Overloaded: Error, Equatable {
    public init() {}
}

/// A fixed number of threads that run blocking closures for asynchronous callers.
///
/// The threads start with the first call, so an idle server owns none of them.
public final class WorkerThreads: Sendable {
    private let queue: BlockingQueue<@Sendable () -> Void>
    private let count: Int
    private let niceness: Int32
    private let threads = Mutex<[DedicatedThread]>([])

    /// - Parameters:
    ///   - count: how many closures run at once.
    ///   - capacity: how many more may wait before `run` throws ``Overloaded``.
    ///   - niceness: see ``DedicatedThread``.
    public init(count: Int, capacity: Int, niceness: Int32 = 0) {
        self.count = count
        self.niceness = niceness
        self.queue = BlockingQueue(capacity: capacity)
    }

    /// Runs the closure on one of the threads; the caller is suspended, not blocked.
    /// - Throws: what the closure throws, or ``Overloaded`` when too many wait or the threads are closed.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        guard startIfNeeded() else { throw Overloaded() }
        return try await withCheckedThrowingContinuation { continuation in
            let taken = queue.push { continuation.resume(with: Result(catching: body)) }
            if !taken { continuation.resume(throwing: Overloaded()) }
        }
    }

    /// How many closures wait for a thread.
    public var waiting: Int { queue.count }

    /// Refuses further closures, runs those that wait and blocks until the threads have ended.
    public func close() {
        queue.close()
        for thread in threads.withLock({ running in
            defer { running = [] }; return running
        }) { thread.join() }
    }

    /// - Returns: false where not one thread can be had; the next call tries again.
    private func startIfNeeded() -> Bool {
        threads.withLock { running in
            guard running.isEmpty else { return true }
            running = (0..<count).compactMap { _ in
                DedicatedThread(niceness: niceness) { [queue] in
                    while let job = queue.take(atMost: 1).first { job() }
                }
            }
            return !running.isEmpty
        }
    }
}
