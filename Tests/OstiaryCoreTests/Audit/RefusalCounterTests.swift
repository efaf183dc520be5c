// SPDX-License-Identifier: Apache-2.0

import Crypto
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Refusals, counted")
struct RefusalCounterTests {
    private let clock = TestClock()
    private let storage = MemoryStorage()

    private func tally(_ capacity: Int = RefusalCounter.capacity) -> RefusalCounter {
        RefusalCounter(digest: AddressDigest(key: SymmetricKey(size: .bits256)), capacity: capacity)
    }

    private func context(_ address: String = "192.0.2.1", request: String = "one") -> RequestContext {
        RequestContext(id: request, actor: .client, now: clock.now()) { ClientOrigin(address: IPAddress(address)) }
    }

    private func refuse(
        _ tally: RefusalCounter, _ email: String, cause: String = "wrong_password", in context: RequestContext
    ) {
        tally.count(.loginRefused, cause: cause, address: EmailAddress(email), in: context)
    }

    @Test("a thousand refusals of a kind are one row, whose count grows for a minute")
    func counted() async throws {
        let tally = tally()
        for _ in 0..<1_000 { refuse(tally, "first@example.com", in: context()) }
        refuse(tally, "FIRST@example.com", in: context(request: "two"))
        #expect(try await storage.entries().isEmpty, "no request waits for a row")
        #expect(tally.waiting == 1)
        try await tally.write(to: storage, in: context())
        let first = try #require(try await storage.entries().first)
        #expect(first.count == 1_001 && first.request == "two" && first.cause == "wrong_password")
        #expect(first.network?.description == "192.0.2.1/32")
        #expect(first.object?.hasPrefix("address:") == true)

        clock.advance(seconds: 1)
        refuse(tally, "first@example.com", in: context())
        try await tally.write(to: storage, in: context())
        #expect(try await storage.entries().map(\.count) == [1_002], "the same row")
        clock.advance(seconds: 60)
        refuse(tally, "first@example.com", in: context())
        try await tally.write(to: storage, in: context())
        #expect(try await storage.entries().map(\.count) == [1, 1_002], "another minute, another row")
        try await tally.write(to: storage, in: context())
        #expect(tally.waiting == 0)
        #expect(try await storage.entries().count == 2)
    }

    @Test("networks, addresses and causes have rows of their own")
    func kinds() async throws {
        let tally = tally()
        refuse(tally, "first@example.com", in: context())
        refuse(tally, "second@example.com", in: context())
        refuse(tally, "first@example.com", in: context("192.0.2.2"))
        refuse(tally, "first@example.com", cause: "unknown_account", in: context())
        tally.count(.loginThrottled, cause: "login_network", in: context())
        try await tally.write(to: storage, in: context())
        let entries = try await storage.entries()
        #expect(entries.count == 5 && entries.allSatisfy { $0.count == 1 })
        #expect(Set(entries.compactMap(\.object)).count == 2)
    }

    @Test("more than there is room for share a row for each cause, and none is lost")
    func others() async throws {
        let tally = tally(100)
        for number in 0..<5_000 {
            refuse(
                tally, "a\(number)@example.com", cause: number % 2 == 0 ? "wrong_password" : "unknown_account",
                in: context())
        }
        try await tally.write(to: storage, in: context())
        let entries = try await storage.entries(limit: 10_000)
        #expect(entries.map(\.count).reduce(0, +) == 5_000)
        #expect(entries.count == 102)
        #expect(entries.filter { $0.network == nil && $0.object == nil }.map(\.count).sorted() == [2_450, 2_450])
        clock.advance(seconds: 120)
        try await tally.write(to: storage, in: context())
        refuse(tally, "late@example.com", in: context())
        try await tally.write(to: storage, in: context())
        #expect(try await storage.entries().first?.object != nil, "there is room again")
    }

    @Test("what cannot be written now is written later")
    func outage() async throws {
        let tally = tally()
        let store = FailingAuditStore(storage: storage)
        for _ in 0..<3 { refuse(tally, "first@example.com", in: context()) }
        store.fails.store(true, ordering: .relaxed)
        await #expect(throws: StoreUnavailable.self) { try await tally.write(to: store, in: context()) }
        refuse(tally, "first@example.com", in: context())
        clock.advance(seconds: 300)
        await #expect(throws: StoreUnavailable.self) { try await tally.write(to: store, in: context()) }
        store.fails.store(false, ordering: .relaxed)
        try await tally.write(to: store, in: context())
        #expect(try await storage.entries().map(\.count) == [4])
    }

    @Test("counts made while rows are written are in the next ones")
    func parallel() async throws {
        let tally = tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for number in 0..<1_000 { refuse(tally, "a\(number % 7 + worker)@example.com", in: context()) }
                }
            }
            group.addTask {
                for _ in 0..<50 { try await tally.write(to: storage, in: context()) }
            }
            try await group.waitForAll()
        }
        try await tally.write(to: storage, in: context())
        let entries = try await storage.entries()
        #expect(entries.map(\.count).reduce(0, +) == 8_000 && entries.count == 14)
    }
}

private final class FailingAuditStore: AuditStore {
    let storage: MemoryStorage
    let fails = Atomic<Bool>(false)

    init(storage: MemoryStorage) { self.storage = storage }

    func entries(_ query: AuditQuery, in context: RequestContext) async throws -> [AuditEntry] {
        try await storage.entries(query, in: context)
    }

    func page(_ query: AuditQuery, in context: RequestContext) async throws -> ListPage<AuditEntry> {
        try await storage.page(query, in: context)
    }

    func add(_ entries: [AuditEntry], in context: RequestContext) async throws -> [Int64] {
        guard !fails.load(ordering: .relaxed) else { throw StoreUnavailable(reason: "test") }
        return try await storage.add(entries, in: context)
    }

    func logins(
        from start: Timestamp, hours: Int, reach: Int, in context: RequestContext
    ) async throws -> LoginHours {
        try await storage.logins(from: start, hours: hours, reach: reach, in: context)
    }

    func deleteEntries(before horizon: Timestamp, limit: Int) async throws -> Int { 0 }
}
