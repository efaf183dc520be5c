// SPDX-License-Identifier: Apache-2.0

import Metrics
import Synchronization

/// The threads that hash passwords, and who gets on to them.
///
/// A hash costs tens of milliseconds and 19 MiB on purpose, so what is admitted is bounded by the time that it would
/// have to wait, and the rest is told at once when to come back (ASVS 5.0, 15.1.3). A place belongs to the hash: a client
/// that hangs up gives nothing back, or hanging up would be the way to more of them. The threads start with the first
/// hash, so a server that nobody logs in to owns none.
final class HashingLanes: Sendable {
    /// Who goes first.
    enum Priority: Sendable {
        /// The account has been signed in to from there: a flood from elsewhere must not hold it up.
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
        /// Moving mean of what a hash takes.
        var mean: Duration = .milliseconds(30)
        var threads: [DedicatedThread] = []
        /// When whoever was refused last was told to come back.
        var promised: [Priority: ContinuousClock.Instant] = [:]
    }

    /// More never wait, however short the mean is.
    private static let capacity = 4_096
    /// A hash that took longer was held up, as by a machine that slept. It must not shut the door for minutes after.
    private static let longestHash = Duration.seconds(5)

    /// Over how long those who are refused together are told to come back.
    private static let spread = Duration.seconds(5)

    private let count: Int
    private let niceness: Int32
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())
    /// One ticket for each job: a thread that has one takes the first job there is.
    private let tickets = BlockingQueue<Void>(capacity: HashingLanes.capacity)
    private let metrics = HashingMetrics()

    /// - Parameters:
    ///   - count: how many hashes run at once.
    ///   - niceness: see ``DedicatedThread``.
    init(
        count: Int, niceness: Int32 = 0,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.count = max(1, count)
        self.niceness = niceness
        self.now = now
    }

    /// Runs the closure on one of the threads; the caller is suspended, not blocked.
    /// - Parameter limit: the longest expected wait with which the closure is still taken.
    /// - Throws: what the closure throws, or ``Overloaded``.
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

    /// Refuses what would be refused anyway, before the caller asks anything of anybody for it.
    /// - Throws: ``Overloaded``.
    func requireRoom(_ priority: Priority, waiting limit: Duration) throws(Overloaded) {
        guard let refusal = state.withLock({ self.refusal(priority, limit, &$0) }) else { return }
        metrics.refused()
        throw refusal
    }

    /// How many wait for a thread.
    var waiting: Int { state.withLock { $0.known.count + $0.ordinary.count } }

    /// Refuses further closures, runs those that wait and blocks until the threads have ended.
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
            // The ticket under the same lock: nobody finds one without its job.
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
        // Those who are refused together could not be served together either: each is told a moment of its own.
        let now = self.now()
        let soonest = now + (wait - limit)
        var told = max(state.promised[priority] ?? soonest, soonest)
        if told > soonest + Self.spread { told = soonest }
        state.promised[priority] = told + state.mean / count
        return Overloaded(retryAfter: Self.wholeSeconds(told - now))
    }

    /// What the operating system refuses is tried again with the next hash.
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

    /// Rounded up: who comes back then is not too early.
    private static func wholeSeconds(_ duration: Duration) -> Int {
        let (seconds, rest) = duration.components
        return Int(clamping: seconds) + (rest > 0 ? 1 : 0)
    }
}

private struct HashingMetrics: Sendable {
    private let wait = Timer(label: "ostiary_hashing_wait_seconds", preferredDisplayUnit: .seconds)
    private let duration = Timer(label: "ostiary_hashing_duration_seconds", preferredDisplayUnit: .seconds)
    private let refusals = Counter(label: "ostiary_hashing_refused_total")

    func waited(_ time: Duration) { wait.recordNanoseconds(Self.nanoseconds(time)) }
    func hashed(_ time: Duration) { duration.recordNanoseconds(Self.nanoseconds(time)) }
    func refused() { refusals.increment() }

    private static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
