// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Authentication of clients")
struct ClientServiceTests {
    private let services: Services
    private let store: CountingClientStore
    private let memory: ClientMemory
    private let clients: ClientService
    private let secret = ClientSecret()
    private let id = "client-1"

    init() async throws {
        services = try Services { LocalThrottle(now: $0.now) }
        store = CountingClientStore(services.storage)
        memory = ClientMemory(store: store) { [lease = services.lease] in lease.isHeld }
        clients = ClientService(memory: memory, throttling: services.throttling)
        let client = Client(id: id, name: "one", may: [.introspect], createdAt: services.clock.now())
        _ = try await store.add(StoredClient(client, secret: secret.digest), in: services.context())
    }

    private func authenticate(_ id: String, _ secret: String, from address: String = "192.0.2.1") async throws
        -> Client?
    {
        let origin = ClientOrigin(address: IPAddress(address))
        let remembered = remembered(id, secret)
        let client = try await clients.authenticate(
            id: Array(id.utf8)[...], secret: Array(secret.utf8)[...], in: services.context(origin))
        #expect(remembered == nil || remembered == client, "memory alone lets nobody in")
        return client
    }

    private func remembered(_ id: String, _ secret: String) -> Client? {
        clients.remembered(id: Array(id.utf8)[...], secret: Array(secret.utf8)[...])
    }

    @Test("a secret is good as a whole, for its own client")
    func wholeSecret() async throws {
        #expect(try await authenticate(id, secret.text)?.name == "one")
        let text = secret.text
        let wrong = [
            "", String(text.dropLast()), text + "A", String(text.dropFirst()), "ocs_", text.lowercased() + "!",
            String(text.prefix(8)), ClientSecret().text, text + String(repeating: "A", count: 10_000), text + "\u{0}",
        ]
        for secret in wrong { #expect(try await authenticate(id, secret) == nil, "\(secret.prefix(60))") }
        for id in ["", "client-", "client-2", "CLIENT-1", "client-1 ", "client-1\u{0}", "cli\u{301}ent-1", "\u{fffd}"] {
            #expect(try await authenticate(id, text) == nil, "\(id)")
        }
        #expect(try await authenticate(String(repeating: "c", count: 10_240), text) == nil)
        #expect(text.hasPrefix("ocs_") && text.utf8.count == 47 && !"\(secret)".contains(text))
    }

    @Test("two secrets work after a rotation, one after the next, and none of a client that is disabled or gone")
    func changes() async throws {
        let (second, third) = (ClientSecret(), ClientSecret())
        let context = services.context()
        func good(_ secrets: ClientSecret...) async throws {
            memory.receive(.changes([.clients]))
            for secret in [secret, second, third] {
                let isGood = secrets.contains { $0.text == secret.text }
                #expect(try await (authenticate(id, secret.text) != nil) == isGood)
            }
        }
        try await good(secret)
        _ = try await store.rotate(id, to: second.digest, isImmediate: false, in: context)
        try await good(secret, second)
        _ = try await store.set(id, isEnabled: false, in: context)
        try await good()
        _ = try await store.set(id, isEnabled: true, in: context)
        _ = try await store.rotate(id, to: third.digest, isImmediate: true, in: context)
        try await good(third)
        _ = try await store.remove(id, in: context)
        try await good()
    }

    @Test("with a lease one reading serves all requests until a notice; without one each request asks")
    func lease() async throws {
        for _ in 0..<10 {
            _ = try await authenticate(id, secret.text)
            _ = try await authenticate("client-2", secret.text)
        }
        #expect(store.counts == .init(lists: 1, looks: 0))
        memory.receive(.changes([.user(1), .keys]))
        _ = try await authenticate(id, secret.text)
        #expect(store.counts.lists == 1, "other changes")
        for notice in [ChangeNotice.changes([.keys, .clients]), .everything] {
            memory.receive(notice)
            for _ in 0..<3 { _ = try await authenticate(id, secret.text) }
        }
        #expect(store.counts == .init(lists: 3, looks: 0))
        #expect(remembered(id, secret.text)?.name == "one" && remembered("client-2", secret.text) == nil)
        services.lease.isHeld = false
        #expect(remembered(id, secret.text) == nil)
        for _ in 0..<3 { _ = try await authenticate(id, secret.text) }
        #expect(store.counts == .init(lists: 3, looks: 3))
    }

    @Test("a client that was read before a notice is not kept")
    func lateReading() async throws {
        let memory = memory
        store.whileListing = { memory.receive(.changes([.clients])) }
        _ = try await authenticate(id, secret.text)
        store.whileListing = nil
        _ = try await authenticate(id, secret.text)
        #expect(store.counts.lists == 2)
        _ = try await authenticate(id, secret.text)
        #expect(store.counts.lists == 2)
    }

    @Test("a use is written once a minute")
    func uses() async throws {
        func lastUse() async throws -> Timestamp? {
            try await memory.writeUses(in: services.context())
            return try await store.client(id, in: services.context())?.client.lastUsedAt
        }
        let start = services.clock.now()
        _ = try await authenticate(id, "wrong")
        #expect(try await lastUse() == nil, "a wrong secret is no use")
        _ = try await authenticate(id, secret.text)
        #expect(try await lastUse() == start)
        services.clock.advance(seconds: 59)
        _ = try await authenticate(id, secret.text)
        #expect(try await lastUse() == start)
        services.clock.advance(seconds: 1)
        _ = try await authenticate(id, secret.text)
        #expect(try await lastUse() == start.adding(seconds: 60))
        #expect(store.counts.uses == 2)
    }

    @Test("a client has a budget of its own, and a hundred requests in a second by default")
    func budget() async throws {
        for _ in 0..<100 { #expect(try await authenticate(id, secret.text) != nil) }
        await #expect(throws: Throttled(scope: .client, wait: 10_000)) { try await authenticate(id, secret.text) }
        services.clock.advance(seconds: 1)
        #expect(try await authenticate(id, secret.text) != nil)
    }

    @Test("failures are charged to their network, and never keep a right secret out")
    func failures() async throws {
        for _ in 0..<60 { #expect(try await authenticate(id, "wrong") == nil) }
        for id in [id, "client-2", ""] {
            await #expect(throws: Throttled.self) { try await authenticate(id, "wrong") }
        }
        #expect(try await authenticate(id, "wrong", from: "198.51.100.1") == nil, "another network")
        #expect(try await authenticate(id, secret.text) != nil)
    }
}

/// Counts how often a store of clients is asked.
private final class CountingClientStore: ClientStore {
    struct Counts: Equatable {
        var lists = 0
        var looks = 0
        var uses = 0

        init(lists: Int = 0, looks: Int = 0) { (self.lists, self.looks) = (lists, looks) }
    }

    private let store: any ClientStore
    private let state = Mutex(Counts())
    private let listing = Mutex<(@Sendable () -> Void)?>(nil)

    init(_ store: any ClientStore) { self.store = store }

    var counts: Counts { state.withLock { $0 } }
    /// Called after a reading, before its answer.
    var whileListing: (@Sendable () -> Void)? {
        get { listing.withLock { $0 } }
        set { listing.withLock { $0 = newValue } }
    }

    func clients(in context: RequestContext) async throws -> [StoredClient] {
        state.withLock { $0.lists += 1 }
        let found = try await store.clients(in: context)
        whileListing?()
        return found
    }
    func client(_ id: String, in context: RequestContext) async throws -> StoredClient? {
        state.withLock { $0.looks += 1 }
        return try await store.client(id, in: context)
    }
    func add(_ client: StoredClient, in context: RequestContext) async throws -> ClientAddition {
        try await store.add(client, in: context)
    }
    func rotate(
        _ id: String, to secret: ClientSecretDigest, isImmediate: Bool, in context: RequestContext
    ) async throws -> Bool {
        try await store.rotate(id, to: secret, isImmediate: isImmediate, in: context)
    }
    func set(_ id: String, isEnabled: Bool, in context: RequestContext) async throws -> Bool? {
        try await store.set(id, isEnabled: isEnabled, in: context)
    }
    func remove(_ id: String, in context: RequestContext) async throws -> Bool {
        try await store.remove(id, in: context)
    }
    func note(uses: [String: Timestamp], in context: RequestContext) async throws {
        state.withLock { $0.uses += 1 }
        try await store.note(uses: uses, in: context)
    }
}
