// SPDX-License-Identifier: Apache-2.0

import Glibc
import OstiaryCore
import Synchronization

/// Writes log lines to standard error on its own thread: their reader may be slow or gone, and requests must not wait
/// for it. Lines beyond the capacity are dropped and counted.
final class LogSink: Sendable {
    static let standardError = LogSink(descriptor: STDERR_FILENO, capacity: 8_192)

    /// The faults that are written again and again, such as an outage of the database by each request.
    let faults: RepeatedFaults
    private let queue: Queue

    /// - Parameters:
    ///   - capacity: the greatest number of lines that wait.
    ///   - pause: the least time between two lines of one fault.
    init(descriptor: Int32, capacity: Int, pause: Duration = .seconds(1)) {
        let queue = Queue(descriptor: descriptor, capacity: capacity)
        self.queue = queue
        self.faults = RepeatedFaults(pause: pause) { queue.write($0) }
    }

    func write(_ line: [UInt8]) { queue.write(line) }

    /// Waits until everything is written, for half a second at most.
    func flush() async {
        faults.writeAll()
        await queue.flush()
    }
}

/// The lines that wait for the thread that writes them.
private final class Queue: Sendable {
    private let lines: BlockingQueue<[UInt8]>
    private let dropped = Atomic<Int>(0)
    private let pending = Atomic<Int>(0)
    private let thread = Mutex<DedicatedThread?>(nil)
    private let descriptor: Int32

    init(descriptor: Int32, capacity: Int) {
        self.descriptor = descriptor
        self.lines = BlockingQueue(capacity: capacity)
    }

    func write(_ line: [UInt8]) {
        startIfNeeded()
        pending.wrappingAdd(1, ordering: .relaxed)
        if !lines.push(line) {
            pending.wrappingSubtract(1, ordering: .relaxed)
            dropped.wrappingAdd(1, ordering: .relaxed)
        }
    }

    func flush() async {
        for _ in 0..<50 where pending.load(ordering: .relaxed) > 0 { try? await Task.sleep(for: .milliseconds(10)) }
    }

    private func startIfNeeded() {
        thread.withLock { thread in
            guard thread == nil else { return }
            thread = DedicatedThread { [self] in
                while let line = lines.take(atMost: 1).first {
                    writeAll(line)
                    pending.wrappingSubtract(1, ordering: .relaxed)
                    let lost = dropped.exchange(0, ordering: .relaxed)
                    if lost > 0 { writeAll(Array("\(lost) log lines were dropped\n".utf8)) }
                }
            }
        }
    }

    private func writeAll(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            rest = rest.dropFirst(written)
        }
    }
}
