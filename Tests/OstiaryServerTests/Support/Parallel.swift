// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import OstiaryTestSupport
import Synchronization

/// Runs `body` for 0..<n, each on a thread of its own: blocking clients must not take the tasks' few threads.
/// The first error is thrown after all have ended.
@discardableResult
func parallel<T: Sendable>(_ n: Int, _ body: @escaping @Sendable (Int) throws -> T) throws -> [T] {
    let results = Results<T>(count: n)
    let threads = try (0..<n).map { index in
        try startThread { results.store(Result { try body(index) }, at: index) }
    }
    for thread in threads { pthread_join(thread, nil) }
    return try results.values()
}

/// The same beside what the calling thread does.
final class BackgroundThreads {
    private let results: Results<Void>
    private let threads: [pthread_t]

    init(_ n: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let results = Results<Void>(count: n)
        self.results = results
        threads = try (0..<n).map { index in
            try startThread { results.store(Result { try body(index) }, at: index) }
        }
    }

    /// Waits for all of them; throws their first error.
    func join() throws {
        for thread in threads { pthread_join(thread, nil) }
        _ = try results.values()
    }
}

/// Runs a task to its end. For threads that may block, so not for those of tasks.
func blocking<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) throws -> T {
    let results = BlockingQueue<Result<T, any Error>>(capacity: 1)
    Task {
        do { _ = results.push(.success(try await body())) } catch { _ = results.push(.failure(error)) }
    }
    return try results.take(atMost: 1)[0].get()
}

private final class Results<T: Sendable>: Sendable {
    private let slots: Mutex<[Result<T, any Error>?]>

    init(count: Int) { slots = Mutex(Array(repeating: nil, count: count)) }

    func store(_ result: Result<T, any Error>, at index: Int) {
        slots.withLock { $0[index] = result }
    }

    func values() throws -> [T] {
        try slots.withLock { $0 }.compactMap { try $0?.get() }
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ run: @escaping @Sendable () -> Void) throws -> pthread_t {
    let body = Unmanaged.passRetained(ThreadBody(run))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }, body.toOpaque())
    guard failure == 0 else {
        body.release()
        throw Failure("no thread: errno \(failure)")
    }
    return thread
}

/// A meeting point for a fixed number of threads: all leave it at the same moment, as often as they like.
final class Barrier: @unchecked Sendable {  // guarded by the C library: the object is only ever waited on
    private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

    init(_ count: Int) {
        barrier.initialize(to: pthread_barrier_t())
        pthread_barrier_init(barrier, nil, UInt32(count))
    }

    func wait() { pthread_barrier_wait(barrier) }

    deinit {
        pthread_barrier_destroy(barrier)
        barrier.deallocate()
    }
}
