// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A bounded queue from asynchronous callers to dedicated threads.
///
/// C libraries that block (SQLite, libpq, Argon2) run on dedicated threads. ``push(_:)`` refuses an element instead of
/// waiting, so a full queue never blocks an event loop or the cooperative pool.
package final class BlockingQueue<Element: Sendable>: @unchecked Sendable {
    // @unchecked: every stored property below is read and written under `mutex` only.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let filled: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var elements: [Element] = []
    private var isClosed = false

    /// - Parameter capacity: the most elements that wait; one more is refused.
    package init(capacity: Int) {
        self.capacity = capacity
        self.mutex = .allocate(capacity: 1)
        self.filled = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(filled, nil)
    }

    deinit {
        pthread_cond_destroy(filled)
        pthread_mutex_destroy(mutex)
        filled.deallocate()
        mutex.deallocate()
    }

    /// Adds an element at the end.
    /// - Returns: false if the queue is full or closed; the element was not added then.
    package func push(_ element: Element) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard !isClosed, elements.count < capacity else { return false }
        elements.append(element)
        pthread_cond_signal(filled)
        return true
    }

    /// Blocks the calling thread until there is something to take.
    /// - Parameter limit: the most elements to take at once.
    /// - Returns: the oldest elements; empty only once the queue is closed and drained.
    package func take(atMost limit: Int) -> [Element] {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while elements.isEmpty && !isClosed {
            pthread_cond_wait(filled, mutex)
        }
        let taken = Array(elements.prefix(limit))
        elements.removeFirst(taken.count)
        return taken
    }

    /// The number of elements that wait.
    package var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return elements.count
    }

    /// Refuses further elements; those that wait can still be taken.
    package func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_cond_broadcast(filled)
        pthread_mutex_unlock(mutex)
    }
}
