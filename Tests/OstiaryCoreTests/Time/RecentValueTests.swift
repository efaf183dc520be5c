// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Values that are read at most once in an interval")
struct RecentValueTests {
    private struct Fault: Error {}

    /// Counts the readings.
    private final class Source: Sendable {
        private let count = Mutex(0)
        let fails = Mutex(false)

        func read() throws -> Int {
            guard !fails.withLock(\.self) else { throw Fault() }
            return count.withLock { count in
                count += 1
                return count
            }
        }
    }

    private let recent = RecentValue<Int>(interval: 60)
    private let source = Source()
    private let start = Timestamp(seconds: 1_800_000_000)

    private func value(after seconds: Int) async throws -> Int {
        try await recent.value(at: start.adding(seconds: seconds)) { [source] in try source.read() }
    }

    @Test("a value is kept for the interval, and not longer; a clock that was set back does not keep it")
    func interval() async throws {
        for (seconds, expected) in [(0, 1), (59, 1), (60, 2), (119, 2), (120, 3), (119, 4), (130, 4)] {
            #expect(try await value(after: seconds) == expected, "after \(seconds) s")
        }
    }

    @Test("an error is not kept, and the value of before is not given in its place")
    func failure() async throws {
        source.fails.withLock { $0 = true }
        await #expect(throws: Fault.self) { try await value(after: 0) }
        source.fails.withLock { $0 = false }
        #expect(try await value(after: 1) == 1)
        source.fails.withLock { $0 = true }
        #expect(try await value(after: 60) == 1)
        await #expect(throws: Fault.self) { try await value(after: 61) }
    }

    @Test("all who ask while the value is read share the reading")
    func shared() async throws {
        let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
        let values = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { [recent, source, start] in
                    try await recent.value(at: start) {
                        for await _ in arrivals { break }
                        return try source.read()
                    }
                }
            }
            arrival.yield()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(values == Array(repeating: 1, count: 20))
    }
}
