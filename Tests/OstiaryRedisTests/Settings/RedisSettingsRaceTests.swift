// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore
@testable import OstiaryRedis

/// Other programs change a key of a real Redis at the worst moments.
@Suite("Settings on Redis, changed by others meanwhile", .onItsOwnThread) struct RedisSettingsRaceTests {
    private let context = RequestContext.test(at: Timestamp.now(), by: .operator("a test"))
    private let name = "ACCESS_TOKEN_LIFETIME"
    private let key = "constance:ACCESS_TOKEN_LIFETIME"

    private func bytes(_ value: Int) -> [UInt8] { Array(#"{"__type__": "default", "__value__": \#(value)}"#.utf8) }

    /// - Parameter meanwhile: called between the entry of a change and the change itself.
    private func run(
        meanwhile: @escaping @Sendable (RedisWire) throws -> Void = { _ in },
        _ test: (RedisServer, RedisWire, RedisSettingsStore, MemoryStorage) async throws -> Void
    ) async throws {
        let redis = try RedisServer()
        let storage = MemoryStorage()
        try await ClientOnRedis.run(redis.url) { running in
            try running.connected()
            let journal = InterruptedJournal(storage) { try meanwhile(redis.connection()) }
            let store = RedisSettingsStore(client: running.client, prefix: "constance:", journal: journal)
            try await test(redis, try redis.connection(), store, storage)
        }
    }

    private func set(_ store: RedisSettingsStore, _ text: String, was: String) async throws -> SettingWrite {
        let setting = try Settings.named(name)
        return try await store.set(
            name, to: setting.value(.text(text)), ifStill: SeenSetting(was, of: setting), in: context)
    }

    @Test("a value that came behind the entry stays, and a second entry tells so")
    func correction() async throws {
        let other = bytes(700)
        try await run(meanwhile: { try $0.set("constance:ACCESS_TOKEN_LIFETIME", other) }) { _, wire, store, storage in
            let write = try await set(store, "600", was: "108000")
            #expect(write == .changedMeanwhile(current: .constance(.integer(700))))
            #expect(try wire.get(key) == other)
            let entries = try await storage.entries(of: name)
            #expect(entries.map(\.new) == ["700", "600"] && entries.map(\.old) == ["600", nil])
            #expect(entries.map(\.actor) == ["another program", "operator:a test"])
            #expect(entries.map(\.cause) == ["changed_meanwhile", nil])
            #expect(entries[0].request == nil && entries[0].network == nil, "not by this request")
        }
    }

    @Test("a default that is written back is no change")
    func defaultWrittenBack() async throws {
        let other = bytes(108_000)
        try await run(meanwhile: { try $0.set("constance:ACCESS_TOKEN_LIFETIME", other) }) { _, wire, store, storage in
            let write = try await set(store, "600", was: "108000")
            #expect(write == .changed(old: .constance(.integer(108_000))))
            #expect(try wire.get(key) == bytes(600))
            #expect(try await storage.entries(of: name).map(\.new) == ["600"])
        }
    }

    @Test("values that are not valid never stand in the way, and none is mistaken for another")
    func unusable() async throws {
        try await run { _, wire, store, _ in
            try wire.command("LPUSH", key, "600")
            guard case .changed(.unusable?) = try await set(store, "600", was: "500") else { throw Failure("a list") }
            #expect(try wire.get(key) == bytes(600))
            try wire.set(key, [UInt8](repeating: 0x39, count: ConstanceCodec.maximumLength + 1))
            guard case .changed(.unusable?) = try await set(store, "700", was: "500") else { throw Failure("long") }
            #expect(try wire.get(key) == bytes(700))
            try wire.set(key, [0x80, 0x00, 0xFF, 0x0D, 0x0A])
            guard case .changed(.unusable?) = try await set(store, "800", was: "500") else { throw Failure("bytes") }
            #expect(try wire.get(key) == bytes(800))
            try wire.set(key, bytes(0))
            guard case .changed = try await set(store, "900", was: "800") else { throw Failure("out of range") }
            #expect(try wire.get(key) == bytes(900))
        }
    }

    @Test("a change under way is waited for, and one that never comes is not waited for long")
    func underWay() async throws {
        try await run { _, wire, store, storage in
            _ = try await storage.append(
                .setting(name, from: nil, to: "600", in: context.at(Timestamp.now())), at: nil, in: context)
            async let write = set(store, "700", was: "108000")
            try await Task.sleep(for: .milliseconds(60))
            try wire.set(key, bytes(600))
            #expect(try await write == .changedMeanwhile(current: .constance(.integer(600))))
            try wire.command("DEL", key)
            #expect(try await set(store, "700", was: "108000") == .changed(old: nil))
            #expect(try await storage.entries(of: name).map(\.new) == ["700", "600"])
        }
    }

    @Test("a server that has forgotten its scripts is given it again")
    func forgottenScript() async throws {
        try await run { _, wire, store, _ in
            for value in 600..<603 {
                let was = value == 600 ? "108000" : "\(value - 1)"
                guard case .changed = try await set(store, "\(value)", was: was) else { throw Failure("\(value)") }
                try wire.command("SCRIPT", "FLUSH")
            }
        }
    }

    @Test("a server that allows no scripts refuses, and the journal tells that too")
    func noScripts() async throws {
        try await run { redis, wire, store, storage in
            try wire.command("ACL", "SETUSER", "default", "-@scripting")
            await #expect(throws: StoreUnavailable.self) { _ = try await set(store, "600", was: "108000") }
            #expect(try await store.all().isEmpty)
            #expect(try await storage.entries(of: name).map(\.cause) == ["refused_by_redis", nil])
            let value = try Settings.named(name).value(.text("600"))
            #expect(try await store.set(name, to: value, in: context) == nil, "a change without comparison needs none")
        }
    }
}

/// A journal that lets others act behind each entry of an operator.
private struct InterruptedJournal: SettingsJournal {
    private let journal: MemoryStorage
    private let interruption: @Sendable () throws -> Void

    init(_ journal: MemoryStorage, _ interruption: @escaping @Sendable () throws -> Void) {
        self.journal = journal
        self.interruption = interruption
    }

    func append(_ entry: AuditEntry, at position: Int64?, in context: RequestContext) async throws -> Bool {
        let isAdded = try await journal.append(entry, at: position, in: context)
        if isAdded, position != nil { try interruption() }
        return isAdded
    }
    func newest(of names: [String]) async throws -> [String: AuditEntry] { try await journal.newest(of: names) }
    func observe(
        _ name: String, text: String?, before: String?, at position: Int64, in context: RequestContext
    ) async throws -> Bool {
        try await journal.observe(name, text: text, before: before, at: position, in: context)
    }
    func lastKnown() async throws -> [String: String] { try await journal.lastKnown() }
    func keep(_ values: [String: String]) async throws { try await journal.keep(values) }
}
