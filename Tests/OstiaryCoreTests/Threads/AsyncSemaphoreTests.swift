// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import OstiaryCore

@Suite("A gate")
struct AsyncSemaphoreTests {
    private struct Refused: Error {}

    private final class Visits: Sendable {
        private let counts = Mutex((now: 0, most: 0, all: 0))

        func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) } }
        func leave() { counts.withLock { $0.now -= 1 } }
        var all: Int { counts.withLock { $0.all } }
        var most: Int { counts.withLock { $0.most } }
    }

    @Test("lets no more through than its width, and everybody in the end")
    func width() async {
        let gate = AsyncSemaphore(width: 3)
        let visits = Visits()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<500 {
                group.addTask {
                    await gate.pass {
                        visits.enter()
                        await Task.yield()
                        visits.leave()
                    }
                }
            }
        }
        #expect(visits.all == 500)
        #expect(visits.most == 3)
    }

    @Test("is left by an error too")
    func error() async {
        let gate = AsyncSemaphore(width: 1)
        for _ in 0..<3 {
            await #expect(throws: Refused.self) { try await gate.pass { throw Refused() } }
        }
    }
}
