// SPDX-License-Identifier: Apache-2.0

import Metrics
import Synchronization

/// A queue for password hashing, with priorities and threads of its own.
///
/// A hash costs tens of milliseconds and 19 MiB on purpose. So a job is admitted only if its expected wait is short,
/// and refused at once with a time for the retry otherwise (ASVS 5.0, 15.1.3). A client that disconnects does not
/// cancel its job, or disconnecting would free places for more. The threads start with the first hash.
final class HashingQueue: Sendable {
    /// The order of jobs: `known` before `ordinary`.
    enum Priority: Sendable {
        /// A login from a known network of the account: a flood from other networks must not hold it up.
        case known
        case ordinary
    }

    private struct Job: Sendable {
        let enqueued: ContinuousClock.Instant
        let run: @Sendable () -> Void
    }

    private struct State {
        var known: [Job] = []
        var ordinary: [Job] = []
        /// The moving mean of the time that a hash takes.
        var mean: Duration = .milliseconds(30)
        var threads: [DedicatedThread] = []
        /// The retry time of the latest refusal, by priority; the next refusal gets a later one.
        var promised: [Priority: ContinuousClock.Instant] = [:]
    }

    /// The most jobs that wait, however short the mean is.
    private static let capacity = 4_096
    /// The longest duration that counts for the mean: after a machine has slept, logins must not be refused for
    /// minutes.
    private static let longestHash = Duration.seconds(5)

    /// The time over which the retries of simultaneous refusals are spread.
    private static let spread = Duration.seconds(5)

    private let count: Int
    private let niceness: Int32
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())
    /// One ticket for each job; a thread that takes a ticket runs the first job.
    private let tickets = BlockingQueue<Void>(capacity: HashingQueue.capacity)
    private let metrics = HashingMetrics()

    /// - Parameters:
    ///   - count: the number of threads.
    ///   - niceness: see ``DedicatedThread``.
    init(
        count: Int, niceness: Int32 = 0,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.count = max(1, count)
        self.niceness = niceness
        self.now = now
    }

    /// Runs the closure on one of the threads and suspends the caller meanwhile.
    /// - Parameter limit: the longest expected wait with which the closure is admitted.
    /// - Throws: the error of the closure, or ``Overloaded``.
    func run<Value: Sendable>(
        _ priority: Priority, waiting limit: Duration, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(enqueued: now()) { continuation.resume(with: Result(catching: body)) }
            do throws(Overloaded) { try admit(job, priority, limit) } catch {
                metrics.refused()
                continuation.resume(throwing: error)
            }
        }
    }

    /// Throws if a job would be refused now, so that the caller does no other work for it.
    /// - Throws: ``Overloaded``.
    func requireRoom(_ priority: Priority, waiting limit: Duration) throws(Overloaded) {
        guard let refusal = state.withLock({ self.refusal(priority, limit, &$0) }) else { return }
        metrics.refused()
        throw refusal
    }

    /// The number of jobs that wait for a thread.
    var waiting: Int { state.withLock { $0.known.count + $0.ordinary.count } }

    /// Refuses further jobs, runs those that wait and blocks until the threads have ended.
    func close() {
        tickets.close()
        let threads = state.withLock { state in
            defer { state.threads = [] }
            return state.threads
        }
        for thread in threads { thread.join() }
    }

    private func admit(_ job: Job, _ priority: Priority, _ limit: Duration) throws(Overloaded) {
        let refusal: Overloaded? = state.withLock { state in
            if state.threads.isEmpty { state.threads = startThreads() }
            if let refusal = self.refusal(priority, limit, &state) { return refusal }
            // Under one lock, so that no thread takes a ticket before its job is there.
            guard !state.threads.isEmpty, tickets.push(()) else { return Overloaded() }
            if priority == .known { state.known.append(job) } else { state.ordinary.append(job) }
            return nil
        }
        if let refusal { throw refusal }
    }

    private func refusal(_ priority: Priority, _ limit: Duration, _ state: inout State) -> Overloaded? {
        let ahead = state.known.count + (priority == .known ? 0 : state.ordinary.count)
        let wait = state.mean * ahead / count
        guard wait > limit else { return nil }
        // Clients that are refused together could not be served together either, so each gets a later retry time.
        let now = self.now()
        let soonest = now + (wait - limit)
        var retry = max(state.promised[priority] ?? soonest, soonest)
        if retry > soonest + Self.spread { retry = soonest }
        state.promised[priority] = retry + state.mean / count
        return Overloaded(retryAfter: Self.wholeSeconds(retry - now))
    }

    /// Starts the threads. If the operating system refuses all of them, the next job tries again.
    private func startThreads() -> [DedicatedThread] {
        (0..<count).compactMap { _ in
            DedicatedThread(niceness: niceness) { [self] in
                while !tickets.take(atMost: 1).isEmpty { work() }
            }
        }
    }

    private func work() {
        let next: Job? = state.withLock { state in
            if !state.known.isEmpty { return state.known.removeFirst() }
            return state.ordinary.isEmpty ? nil : state.ordinary.removeFirst()
        }
        guard let next else { return }
        let start = now()
        metrics.waited(start - next.enqueued)
        next.run()
        let duration = now() - start
        metrics.hashed(duration)
        state.withLock { $0.mean = ($0.mean * 15 + min(duration, Self.longestHash)) / 16 }
    }

    /// The seconds, rounded up so that the retry is not too early.
    private static func wholeSeconds(_ duration: Duration) -> Int {
        let (seconds, rest) = duration.components
        return Int(clamping: seconds) + (rest > 0 ? 1 : 0)
    }
}

private struct HashingMetrics: Sendable {
    private let wait = Metric.hashingWait.timer()
    private let duration = Metric.hashingDuration.timer()
    private let refusals = Metric.hashingRefused.counter()

    func waited(_ time: Duration) { wait.recordNanoseconds(Self.nanoseconds(time)) }
    func hashed(_ time: Duration) { duration.recordNanoseconds(Self.nanoseconds(time)) }
    func refused() { refusals.increment() }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
