// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore
@testable import OstiaryRedis

/// Our keys on a real Redis, byte by byte.
@Suite("Settings on Redis", .onItsOwnThread) struct RedisSettingsStoreTests {
    private let context = RequestContext.test(at: Timestamp(seconds: 1), by: .operator("a test"))

    private func run(_ test: (RedisServer, RedisWire, RedisSettingsStore, MemoryStorage) async throws -> Void)
        async throws
    {
        let redis = try RedisServer()
        let journal = MemoryStorage()
        try await ClientOnRedis.run(redis.url) { running in
            try running.connected()
            let store = RedisSettingsStore(client: running.client, prefix: "constance:", journal: journal)
            try await test(redis, try redis.connection(), store, journal)
        }
    }

    @Test("what is written has the other side's bytes; unset deletes; reading writes nothing")
    func bytes() async throws {
        try await run { _, wire, store, journal in
            #expect(try await store.all().isEmpty)
            #expect(try wire.command("DBSIZE") == .integer(0), "a read must not write the default back")
            let name = "ACCESS_TOKEN_LIFETIME"
            let value = try Settings.named(name).value(.text("600"))
            #expect(try await store.set(name, to: value, in: context) == nil)
            let stored = try #require(try wire.get("constance:\(name)"))
            #expect(String(decoding: stored, as: UTF8.self) == #"{"__type__": "default", "__value__": 600}"#)
            #expect(try await store.all() == [name: .constance(.integer(600))])
            #expect(try await store.unset(name, in: context) == .constance(.integer(600)))
            #expect(try wire.command("DBSIZE") == .integer(0))
            #expect(try await store.unset(name, in: context) == nil)
            let entries = try await journal.entries(of: name)
            #expect(entries.map(\.new) == [nil, "600"] && entries.map(\.old) == ["600", nil])
        }
    }

    @Test("what cannot be a value is told apart from none")
    func unusable() async throws {
        try await run { _, wire, store, _ in
            let key = "constance:ACCESS_TOKEN_LIFETIME"
            func found() async throws -> StoredSetting? { try await store.all()["ACCESS_TOKEN_LIFETIME"] }
            for bytes in [Array("NaN".utf8), [0x80, 0x04, 0x4B, 0x2A, 0x2E], Array("{".utf8)] {
                try wire.set(key, bytes)
                guard case .unusable = try await found() else { throw Failure("read: \(bytes)") }
            }
            try wire.set(key, [UInt8](repeating: 0x39, count: ConstanceCodec.maximumLength + 1))
            #expect(try await found() == .unusable(reason: "it is longer than \(ConstanceCodec.maximumLength) bytes"))
            try wire.command("DEL", key)
            try wire.command("LPUSH", key, "600")
            #expect(try await found() == .unusable(reason: "the key holds no plain string"))
        }
    }

    @Test("a full server refuses the change, and the journal tells that too")
    func full() async throws {
        try await run { _, wire, store, journal in
            try wire.command("CONFIG", "SET", "maxmemory", "1")
            let name = "ACCESS_TOKEN_LIFETIME"
            let value = try Settings.named(name).value(.text("600"))
            await #expect(throws: StoreUnavailable.self) { _ = try await store.set(name, to: value, in: context) }
            #expect(try await store.all().isEmpty)
            let entries = try await journal.entries(of: name)
            #expect(entries.map(\.cause) == ["refused_by_redis", nil])
            #expect(entries.first?.new == nil)
        }
    }

    @Test("changes notice each other", arguments: StoreConformance.settingRaceCases)
    func conform(_ conformance: StoreConformance.Case) async throws {
        try await run { _, _, store, storage in
            try await conformance.run(
                on: Stores(
                    accounts: storage, sessions: storage, passwords: storage, settings: store, journal: storage,
                    keys: storage, audit: storage, permissions: storage, setup: storage, outbox: storage,
                    links: storage))
        }
    }
}
