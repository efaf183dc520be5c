// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
package import Synchronization

/// A thread of the operating system that runs one closure and can be waited for.
package struct DedicatedThread: @unchecked Sendable {
    // @unchecked: a pthread handle is an opaque value that POSIX lets any thread join.
    #if canImport(Darwin)
        private let handle: pthread_t?
    #else
        private let handle: pthread_t
    #endif

    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// - Returns: nil if the operating system refuses the thread.
    /// - Parameters:
    ///   - niceness: the nice value of the thread on Linux; 0 leaves that of the process, 19 is the lowest priority.
    ///   - body: the closure that runs on the thread.
    package init?(niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(
            Start {
                #if os(Linux)
                    // Linux has a nice value for each thread, and 0 is the calling one. A refusal affects speed only.
                    if niceness != 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
                #endif
                body()
            }
        )
        #if canImport(Darwin)
            var thread: pthread_t?
            let result = pthread_create(&thread, nil, { Self.run($0) }, start.toOpaque())
        #else
            var thread = pthread_t()
            let result = pthread_create(&thread, nil, { Self.run($0) }, start.toOpaque())
        #endif
        guard result == 0 else {
            start.release()
            return nil
        }
        self.handle = thread
    }

    /// Runs a closure on a thread that nobody waits for. A thread that is neither joined nor detached keeps its stack for ever.
    /// - Parameters:
    ///   - niceness: the nice value of the thread on Linux; 0 leaves that of the process.
    ///   - body: the closure.
    /// - Returns: false if the operating system refuses the thread.
    package static func detach(niceness: Int32 = 0, _ body: @escaping @Sendable () -> Void) -> Bool {
        guard let thread = DedicatedThread(niceness: niceness, body) else { return false }
        thread.detach()
        return true
    }

    /// Lets the thread go; it is not joined then.
    package func detach() {
        #if canImport(Darwin)
            if let handle { pthread_detach(handle) }
        #else
            pthread_detach(handle)
        #endif
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
    }

    /// Blocks until the closure has returned. Call it once, and never from asynchronous code.
    package func join() {
        #if canImport(Darwin)
            if let handle { pthread_join(handle, nil) }
        #else
            pthread_join(handle, nil)
        #endif
    }
}

extension Mutex where Value == DedicatedThread? {
    /// Removes the thread and blocks until it has ended; does nothing if there is none.
    package borrowing func takeAndJoin() {
        withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }
}

extension Mutex where Value == [DedicatedThread] {
    /// Removes the threads and blocks until all have ended.
    package borrowing func takeAndJoin() {
        let threads = withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.join() }
    }
}
