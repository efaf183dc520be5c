// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore

@Suite("Settings of a store that others write, and that may be out of reach")
struct SettingsJournalTests {
    private func settings(_ store: any SettingsStore, _ storage: MemoryStorage) throws -> DynamicSettings {
        try DynamicSettings(store: store, journal: storage, logger: Logger(label: "test"))
    }

    @Test("what another program changed is noted once, however many servers see it")
    func observed() async throws {
        let storage = MemoryStorage()
        let servers = try [settings(storage, storage), settings(storage, storage)]
        for server in servers { try await server.reload(observing: true) }
        _ = try await servers[0].set("ACCESS_TOKEN_LIFETIME", to: "600", in: .test(by: .operator("somebody")))
        for server in servers { try await server.reload(observing: true) }
        storage.putSetting("ACCESS_TOKEN_LIFETIME", "700")
        for server in servers { try await server.reload(observing: true) }
        let entries = try await storage.entries(of: "ACCESS_TOKEN_LIFETIME")
        #expect(entries.map(\.new) == ["700", "600"])
        #expect(entries.map(\.actor) == ["another program", "operator:somebody"])
    }

    @Test("what is over by the time it would be noted is not noted")
    func overAlready() async throws {
        let (storage, store) = (MemoryStorage(), UnreachableSettings())
        let server = try settings(store, storage)
        store.values = [:]
        try await server.reload(observing: true)
        store.values = ["ACCESS_TOKEN_LIFETIME": .constance(.integer(700))]
        try await settings(store, storage).reload(observing: true)
        // This server is late: what it reads is 600, which was there before.
        store.next = [["ACCESS_TOKEN_LIFETIME": .constance(.integer(600))]]
        try await server.reload(observing: true)
        #expect(try await storage.entries().map(\.new) == ["700"])
        try await server.reload(observing: true)
        #expect(try await storage.entries().map(\.new) == ["700"])
        #expect(server.snapshot[.accessTokenLifetime] == 700)
    }

    @Test("a reading that tells nobody does not keep the next one from noting and keeping")
    func notedLater() async throws {
        let storage = MemoryStorage()
        let server = try settings(storage, storage)
        try await server.reload(observing: true)
        storage.putSetting("ACCESS_TOKEN_LIFETIME", "600")
        try await server.reload()
        #expect(try await storage.lastKnown() == [:])
        try await server.reload(observing: true)
        #expect(try await storage.lastKnown() == ["ACCESS_TOKEN_LIFETIME": "600"])
        #expect(try await storage.entries().map(\.new) == ["600"])
    }

    @Test("what went away while no server ran is noted at the start")
    func deletedMeanwhile() async throws {
        let (storage, store) = (MemoryStorage(), UnreachableSettings())
        store.values = ["ACCESS_TOKEN_LIFETIME": .constance(.integer(600))]
        try await settings(store, storage).reload(observing: true)
        store.values = [:]
        try await settings(store, storage).reload(observing: true)
        #expect(try await storage.entries().map(\.new) == [nil, "600"])
    }

    @Test("a start without the store has the last known values, and the store's own once it answers")
    func lastKnown() async throws {
        let storage = MemoryStorage()
        storage.putSetting("ACCESS_TOKEN_LIFETIME", "600")
        try await settings(storage, storage).reload(observing: true)
        let store = UnreachableSettings()
        let restarted = try settings(store, storage)
        try await restarted.restore()
        await #expect(throws: StoreUnavailable.self) { try await restarted.reload() }
        #expect(restarted.snapshot[.accessTokenLifetime] == 600)
        #expect(restarted.report().first?.source == .lastKnown)
        store.values = ["ACCESS_TOKEN_LIFETIME": .constance(.integer(700))]
        try await restarted.reload()
        #expect(restarted.snapshot[.accessTokenLifetime] == 700)
        #expect(restarted.report().first?.source == .redis)
        store.values = [:]
        try await restarted.reload()
        #expect(restarted.snapshot[.accessTokenLifetime] == 108_000)
    }

    @Test("a store that is lost is told with every value that it could change")
    func lost() async throws {
        let store = UnreachableSettings()
        let settings = try DynamicSettings(
            store: store, journal: MemoryStorage(), pins: ["SESSIONS_PER_USER": "7"], logger: Logger(label: "test"))
        store.values = ["ACCESS_TOKEN_LIFETIME": .constance(.integer(600))]
        try await settings.reload()
        #expect(settings.report().prefix(2).map(\.source) == [.redis, .default])
        store.values = nil
        let report = settings.report()
        #expect(report.first?.value == "600")
        #expect(report.allSatisfy { $0.source == ($0.setting.name == "SESSIONS_PER_USER" ? .pinned : .lastKnown) })
    }

    @Test(
        "values of another type, out of range or not readable are ignored",
        arguments: [
            .constance(.float(600)), .constance(.bool(true)), .constance(.string("600")), .constance(.null),
            .constance(.integer(0)), .constance(.integer(315_360_001)), .constance(.list([.integer(600)])),
            .unusable(reason: "pickled"), .text("x"),
        ] as [StoredSetting])
    func ignored(_ value: StoredSetting) async throws {
        let store = UnreachableSettings()
        let settings = try settings(store, MemoryStorage())
        store.values = ["ACCESS_TOKEN_LIFETIME": .constance(.integer(500))]
        try await settings.reload()
        store.values = ["ACCESS_TOKEN_LIFETIME": value]
        try await settings.reload()
        #expect(settings.snapshot[.accessTokenLifetime] == 500)
        #expect(settings.report().first?.source == .lastKnown)
    }

    @Test("a last good value outlives a restart while a bad one is stored")
    func lastGoodAfterRestart() async throws {
        let storage = MemoryStorage()
        let store = UnreachableSettings()
        store.values = ["ACCESS_TOKEN_LIFETIME": .constance(.integer(500))]
        try await settings(store, storage).reload(observing: true)
        store.values = ["ACCESS_TOKEN_LIFETIME": .unusable(reason: "pickled")]
        for _ in 0..<2 {
            let restarted = try settings(store, storage)
            try await restarted.restore()
            try await restarted.reload(observing: true)
            #expect(restarted.snapshot[.accessTokenLifetime] == 500)
        }
    }
}

/// A store that answers only once it has values.
private final class UnreachableSettings: SettingsStore {
    private let held = Mutex<[String: StoredSetting]?>(nil)
    private let queue = Mutex<[[String: StoredSetting]]>([])

    var source: SettingSource { .redis }

    var values: [String: StoredSetting]? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }

    /// What the next readings find before ``values``.
    var next: [[String: StoredSetting]] {
        get { queue.withLock { $0 } }
        set { queue.withLock { $0 = newValue } }
    }

    func all() async throws -> [String: StoredSetting] {
        if let first = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return first }
        guard let values else { throw StoreUnavailable(reason: "test") }
        return values
    }

    var isReachable: Bool { values != nil }

    func set(
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        throw StoreUnavailable(reason: "test")
    }

    func unset(_ name: String, ifStill seen: SeenSetting?, in context: RequestContext) async throws -> SettingWrite {
        throw StoreUnavailable(reason: "test")
    }
}
