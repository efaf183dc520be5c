// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import OstiaryHTTP

@Suite("Refusals")
struct RetryDelayTests {
    private let start = ContinuousClock.now

    @Test("few at once are late by ten milliseconds")
    func few() {
        let pace = RetryDelay(now: { [start] in start })
        #expect(pace.next() == .milliseconds(10))
        #expect(pace.next() == .microseconds(10_100))
    }

    @Test("many follow one another, and nobody waits for more than a second")
    func many() {
        let time = Mutex(start)
        let pace = RetryDelay(now: { time.withLock { $0 } })
        let waits = (0..<512).map { _ in pace.next() }
        #expect(waits.last == .microseconds(10_000 + 511 * 100))
        for _ in 0..<20_000 { #expect(pace.next() <= .seconds(1)) }
        time.withLock { $0 += .seconds(2) }
        #expect(pace.next() == .milliseconds(10))
    }
}
