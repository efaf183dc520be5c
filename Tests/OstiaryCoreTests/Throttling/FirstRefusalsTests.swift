// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("First refusals of budgets")
struct FirstRefusalsTests {
    private struct Lines: LogHandler {
        let kept: Kept
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let scope = event.metadata?["scope"].map { " \($0)" } ?? ""
            let address = event.metadata?["address"].map { " \($0)" } ?? ""
            kept.lines.withLock { $0.append("\(event.message)\(scope)\(address)") }
        }
    }

    private final class Kept: Sendable {
        let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
    }

    private let kept = Kept()
    private let clock = TestClock()

    private func refusals(capacity: Int = 3, _ addresses: AuditLog.Addresses = .full) -> FirstRefusals {
        let logger = Logger(label: "test") { _ in Lines(kept: kept) }
        return FirstRefusals(logger: logger, addresses: addresses, capacity: capacity)
    }

    private var context: RequestContext {
        .test(at: clock.now(), origin: ClientOrigin(address: IPAddress("2001:db8::7")))
    }

    private func key(_ digest: UInt128, _ scope: ThrottleScope = .register) -> BudgetKey {
        BudgetKey(scope: scope, digest: digest)
    }

    @Test("one line for each budget and minute")
    func once() {
        let refusals = refusals()
        for _ in 0..<3 {
            refusals.note(key(1), in: context)
            refusals.note(key(1, .refresh), in: context)
        }
        #expect(kept.all == ["throttled register 2001:db8::7", "throttled refresh 2001:db8::7"])
        let before = context
        clock.advance(seconds: 60)
        for _ in 0..<2 { refusals.note(key(1), in: context) }
        #expect(kept.all.count == 3)
        refusals.note(key(1), in: before)
        refusals.note(key(1), in: context)
        #expect(kept.all.count == 3, "a request that began in the minute before is none of its first")
        clock.advance(seconds: -3_600)
        refusals.note(key(1), in: context)
        #expect(kept.all.count == 4, "a clock that was set back does not end the lines")
    }

    @Test("further budgets than the capacity get one line together, and all get theirs in the next minute")
    func bounded() {
        let refusals = refusals(capacity: 3, .network)
        for digest in 0..<UInt128(20) { refusals.note(key(digest), in: context) }
        let more = "throttled: further budgets get no line in this minute"
        #expect(kept.all == Array(repeating: "throttled register 2001:db8::/64", count: 3) + [more])
        clock.advance(seconds: 60)
        refusals.note(key(19), in: context)
        #expect(kept.all.count == 5)
    }
}
