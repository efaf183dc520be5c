// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import OstiaryTestSupport
import Testing

@testable import OstiaryCore
@testable import OstiaryRedis

/// Our keys on a real Redis, byte by byte.
@Suite("Settings on Redis", .onItsOwnThread) struct RedisSettingsStoreTests {
    private func edit(_ name: String) -> SettingEdit {
        SettingEdit(name: name, author: "a test", now: Timestamp(microseconds: 1_000_000))
    }

    private func run(_ test: (RedisServer, RedisWire, RedisSettingsStore, any SettingsJournal) async throws -> Void)
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
            #expect(try await store.set(value, edit(name)) == nil)
            let stored = try #require(try wire.get("constance:\(name)"))
            #expect(String(decoding: stored, as: UTF8.self) == #"{"__type__": "default", "__value__": 600}"#)
            #expect(try await store.all() == [name: .constance(.integer(600))])
            #expect(try await store.unset(edit(name)) == .constance(.integer(600)))
            #expect(try wire.command("DBSIZE") == .integer(0))
            #expect(try await store.unset(edit(name)) == nil)
            let entries = try await journal.entries(of: name, limit: 10)
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
            await #expect(throws: StoreUnavailable.self) { _ = try await store.set(value, edit(name)) }
            #expect(try await store.all().isEmpty)
            let entries = try await journal.entries(of: name, limit: 10)
            #expect(entries.map(\.author) == ["a test, refused by Redis", "a test"])
            #expect(entries.first?.new == nil)
        }
    }
}
