// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Synchronization
import Testing

@testable import OstiaryCore

@Suite struct HashingQueueTests {
    /// A clock that moves only when it is told to.
    private final class Time: Sendable {
        let moment = Mutex(ContinuousClock.now)
    }

    /// A lane whose one thread is held until it is told to go on.
    private final class HeldLane: Sendable {
        let lanes: HashingQueue
        let time: Time
        private let gate = BlockingQueue<Void>(capacity: 100)
        private let started = Atomic<Bool>(false)
        let order = Mutex<[Int]>([])

        /// - Parameter mean: what each hash has taken so far, as far as the lane can know.
        init(mean: Duration) async throws {
            let time = Time()
            self.time = time
            lanes = HashingQueue(count: 1) { time.moment.withLock { $0 } }
            for _ in 0..<300 {
                try await lanes.run(.ordinary, waiting: .seconds(60)) { time.moment.withLock { $0 += mean } }
            }
        }

        /// Occupies the thread, and returns once it is occupied.
        func hold() async throws -> Task<Void, any Error> {
            let task = Task { [self] in
                try await lanes.run(.ordinary, waiting: .seconds(60)) { [self] in
                    started.store(true, ordering: .releasing)
                    _ = gate.take(atMost: 1)
                }
            }
            while !started.load(ordering: .acquiring) { await Task.yield() }
            return task
        }

        /// Enqueues one, and returns once it waits.
        func enqueue(_ number: Int, _ priority: HashingQueue.Priority) async throws -> Task<Void, any Error> {
            let waiting = lanes.waiting
            let task = Task { [self] in
                try await lanes.run(priority, waiting: .seconds(60)) { [self] in order.withLock { $0.append(number) } }
            }
            while lanes.waiting == waiting { await Task.yield() }
            return task
        }

        func release() { _ = gate.push(()) }
    }

    @Test("who would wait too long is told at once when to come back")
    func admission() async throws {
        let lane = try await HeldLane(mean: .seconds(1))
        let held = try await lane.hold()
        var tasks: [Task<Void, any Error>] = []
        // Nobody is ahead of the first: it waits for no whole hash.
        for number in 0..<5 { tasks.append(try await lane.enqueue(number, .ordinary)) }
        await #expect(throws: Overloaded(retryAfter: 3)) {
            try await lane.lanes.run(.ordinary, waiting: .milliseconds(2_500)) {}
        }
        await #expect(throws: Overloaded(retryAfter: 5)) { try await lane.lanes.run(.ordinary, waiting: .zero) {} }
        #expect(lane.lanes.waiting == 5)
        lane.release()
        for task in tasks { try await task.value }
        try await held.value
        try await lane.lanes.run(.ordinary, waiting: .zero) {}
        lane.lanes.close()
    }

    @Test("those who are refused together are told to come back one after the other")
    func spread() async throws {
        let lane = try await HeldLane(mean: .seconds(1))
        let held = try await lane.hold()
        let tasks = try await [lane.enqueue(1, .known), lane.enqueue(2, .known)]
        for seconds in [2, 3, 4, 5, 6, 7, 2, 3] {
            await #expect(throws: Overloaded(retryAfter: seconds)) {
                try await lane.lanes.run(.ordinary, waiting: .zero) {}
            }
        }
        // Whatever the others were told.
        #expect(throws: Overloaded(retryAfter: 2)) { try lane.lanes.requireRoom(.known, waiting: .zero) }
        lane.release()
        for task in tasks { try await task.value }
        try await held.value
        try lane.lanes.requireRoom(.known, waiting: .zero)
        lane.lanes.close()
    }

    @Test("known networks go first, each in its order, and are not held up by the others")
    func priority() async throws {
        let lane = try await HeldLane(mean: .seconds(1))
        let held = try await lane.hold()
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<5 { tasks.append(try await lane.enqueue(number, .ordinary)) }
        for number in 5..<8 { tasks.append(try await lane.enqueue(number, .known)) }
        await #expect(throws: Overloaded(retryAfter: 1)) { try await lane.lanes.run(.known, waiting: .seconds(2)) {} }
        lane.release()
        for task in tasks { try await task.value }
        try await held.value
        #expect(lane.order.withLock { $0 } == [5, 6, 7, 0, 1, 2, 3, 4])
        lane.lanes.close()
    }

    @Test("a machine that slept through a hash does not shut the door")
    func slept() async throws {
        let lane = try await HeldLane(mean: .milliseconds(30))
        try await lane.lanes.run(.ordinary, waiting: .zero) { lane.time.moment.withLock { $0 += .seconds(3_600) } }
        let held = try await lane.hold()
        let tasks = try await [lane.enqueue(1, .ordinary), lane.enqueue(2, .ordinary)]
        await #expect(throws: Overloaded(retryAfter: 1)) { try await lane.lanes.run(.ordinary, waiting: .zero) {} }
        lane.release()
        for task in tasks { try await task.value }
        try await held.value
        lane.lanes.close()
    }

    @Test("a client that hangs up frees no place")
    func hangUp() async throws {
        let lane = try await HeldLane(mean: .seconds(1))
        let held = try await lane.hold()
        let tasks = try await [lane.enqueue(1, .ordinary), lane.enqueue(2, .ordinary)]
        tasks.forEach { $0.cancel() }
        await #expect(throws: Overloaded.self) { try await lane.lanes.run(.ordinary, waiting: .seconds(1)) {} }
        lane.release()
        for task in tasks { try await task.value }
        try await held.value
        #expect(lane.order.withLock { $0 } == [1, 2])
        lane.lanes.close()
    }

    @Test("a lane that was closed refuses, and has done what waited")
    func closed() async throws {
        let lanes = HashingQueue(count: 2)
        #expect(try await lanes.run(.ordinary, waiting: .zero) { 7 } == 7)
        lanes.close()
        await #expect(throws: Overloaded()) { try await lanes.run(.known, waiting: .seconds(9)) {} }
    }

    private final class Running: Sendable {
        let count = Mutex((now: 0, most: 0))
    }

    @Test("no thread before the first hash, and no more than asked for")
    func threads() async throws {
        let lanes = HashingQueue(count: 3)
        #expect(lanes.waiting == 0)
        let running = Running()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await lanes.run(.ordinary, waiting: .seconds(60)) {
                        running.count.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                        pause(0.002)
                        running.count.withLock { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(running.count.withLock { $0.most } == 3)
        lanes.close()
    }
}
