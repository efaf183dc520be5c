// SPDX-License-Identifier: Apache-2.0

import Logging
import Ostiary
import OstiaryTesting
import Synchronization
import Testing

/// Keeps the lines of a logger.
private struct Lines: LogHandler {
    final class Store: Sendable { let lines = Mutex<[String]>([]) }

    let store: Store
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let hook = event.metadata?["hook"].map { " \($0)" } ?? ""
        store.lines.withLock { $0.append("\(event.message)\(hook)") }
    }
}

@Suite struct SlowHookTests {
    @Test("a slow hook is named in the log")
    func slow() async throws {
        let store = Lines.Store()
        var options = Ostiary.Options.quiet
        options.logger = Logger(label: "test") { _ in Lines(store: store) }
        let test = try await TestOstiary(options) { ostiary in
            ostiary.on(.accountCreated, name: "dawdler") { _, transaction in
                // SQLite counts for more than 100 ms.
                try transaction.execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)
                    SELECT count(*) FROM n
                    """)
            }
        }
        _ = try await test.user("ada@example.com")
        await test.end()
        #expect(store.lines.withLock { $0.contains("a hook holds up its transaction dawdler") })
    }

    @Test("effects beyond a thousand that wait are left out, and told")
    func crowd() async throws {
        let store = Lines.Store()
        var options = Ostiary.Options.quiet
        options.logger = Logger(label: "test") { _ in Lines(store: store) }
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let calls = Atomic(0)
        let name = "crowd_event"
        let test = try await TestOstiary(options) { ostiary in
            ostiary.after(AuditEvent(rawValue: name)) { _ in
                if calls.add(1, ordering: .relaxed).newValue == 1 { for await _ in gate { break } }
            }
        }
        let context = test.ostiary.context()
        try await test.ostiary.write { transaction in
            for _ in 0..<1_200 { try transaction.record(AuditEntry(AuditEvent(rawValue: name), in: context)) }
        }
        opening.yield()
        let deadline = ContinuousClock.now + .seconds(60)
        while !store.lines.withLock({ $0.contains("hooks were left out: too many effects wait") }),
            ContinuousClock.now < deadline
        {
            try await Task.sleep(for: .milliseconds(5))
        }
        await test.end()
        #expect(store.lines.withLock { $0.contains("hooks were left out: too many effects wait") })
        #expect((1_000...1_002).contains(calls.load(ordering: .relaxed)), "\(calls.load(ordering: .relaxed))")
    }
}
