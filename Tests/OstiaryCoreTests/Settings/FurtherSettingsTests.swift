// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Testing

@testable import OstiaryCore

extension Setting where Value == Int {
    fileprivate static let itemLimit = Setting(
        name: "TODO_ITEM_LIMIT", defaultValue: 100, range: 1...1_000, help: "How many items a list may have.")
}

extension Setting where Value == Bool {
    fileprivate static let isShared = Setting(
        name: "TODO_SHARED", defaultValue: false, help: "True if lists may be shared.")
}

@Suite("Settings beside those of the product")
struct FurtherSettingsTests {
    private let further = [AnySetting(.itemLimit)]

    @Test("a further setting is set, listed, pinned and reset like any other")
    func further() async throws {
        let storage = MemoryStorage()
        func settings(pins: [String: String] = [:]) throws -> DynamicSettings {
            try DynamicSettings(
                store: storage, known: Settings.all + further, pins: pins, logger: Logger(label: "test"))
        }
        let own = try settings()
        #expect(own.snapshot[.itemLimit] == 100)
        let change = try await own.set("TODO_ITEM_LIMIT", to: "7", in: .test())
        #expect(change == SettingChange(name: "TODO_ITEM_LIMIT", old: "100", new: "7"))
        #expect(own.snapshot[.itemLimit] == 7)
        #expect(own.report().last?.setting.name == "TODO_ITEM_LIMIT")
        #expect(own.report().count == Settings.all.count + 1)
        #expect(try settings(pins: ["TODO_ITEM_LIMIT": "9"]).snapshot[.itemLimit] == 9)
        _ = try await own.unset("TODO_ITEM_LIMIT", in: .test())
        #expect(own.snapshot[.itemLimit] == 100)
        await #expect(throws: SettingError.outOfRange("TODO_ITEM_LIMIT", range: "1…1000")) {
            try await own.set("TODO_ITEM_LIMIT", to: "0", in: .test())
        }
    }

    @Test("a setting that is on or off takes true and false, and no other text or type")
    func bools() async throws {
        let shared = AnySetting(.isShared)
        #expect(shared.typeName == "bool" && shared.rangeText == "true or false" && shared.defaultText == "false")
        #expect(shared.minimumText == nil && shared.maximumText == nil)
        let storage = MemoryStorage()
        func settings(pins: [String: String] = [:]) throws -> DynamicSettings {
            try DynamicSettings(store: storage, known: [shared], pins: pins, logger: Logger(label: "test"))
        }
        let own = try settings()
        #expect(own.snapshot[.isShared] == false)
        let change = try await own.set("TODO_SHARED", to: "true", in: .test())
        #expect(change == SettingChange(name: "TODO_SHARED", old: "false", new: "true"))
        #expect(own.snapshot[.isShared] == true)
        #expect(try settings(pins: ["TODO_SHARED": "true"]).snapshot[.isShared] == true)
        let refused = SettingError.wrongType("TODO_SHARED", typeName: "bool, true or false")
        for text in ["", "on", "off", "yes", "1", "0", "True", "TRUE", " true", "true\u{301}"] {
            await #expect(throws: refused) { try await own.set("TODO_SHARED", to: text, in: .test()) }
        }
        for value in [ConstanceValue.integer(1), .string("true"), .null, .float(1)] {
            #expect(throws: refused) { try shared.value(.constance(value)) }
        }
        for value in [true, false] {
            let stored = StoredSetting.constance(.bool(value))
            #expect(try shared.value(stored) as? Bool == value && stored.shown == "\(value)")
        }
    }

    @Test("a setting that is not on the list is unknown")
    func unknown() async throws {
        let settings = try DynamicSettings(store: MemoryStorage(), logger: Logger(label: "test"))
        await #expect(throws: SettingError.unknown("TODO_ITEM_LIMIT", nearest: nil)) {
            try await settings.set("TODO_ITEM_LIMIT", to: "7", in: .test())
        }
    }

    @Test("two settings with one name are refused")
    func duplicate() {
        #expect(throws: SettingError.duplicate("TODO_ITEM_LIMIT")) {
            try DynamicSettings(store: MemoryStorage(), known: further + further, logger: Logger(label: "test"))
        }
    }
}
