// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Dynamic settings")
struct DynamicSettingsTests {
    private func settings(_ storage: MemoryStorage, pins: [String: String] = [:]) throws -> DynamicSettings {
        try DynamicSettings(store: storage, pins: pins, logger: Logger(label: "test"))
    }

    @Test("a pin goes before a stored value, that before the default")
    func precedence() async throws {
        let storage = MemoryStorage()
        let plain = try settings(storage)
        #expect(plain.snapshot[.accessTokenLifetime] == 108_000)
        #expect(try await plain.set("ACCESS_TOKEN_LIFETIME", to: "600", in: .test()).old == "108000")
        #expect(plain.snapshot[.accessTokenLifetime] == 600)
        let pinned = try settings(storage, pins: ["ACCESS_TOKEN_LIFETIME": "5"])
        try await pinned.reload()
        #expect(pinned.snapshot[.accessTokenLifetime] == 5)
        await #expect(throws: SettingError.pinned("ACCESS_TOKEN_LIFETIME")) {
            try await pinned.set("ACCESS_TOKEN_LIFETIME", to: "7", in: .test())
        }
        #expect(pinned.report().first?.source == .pinned)
        #expect(plain.report().first?.source == .database)
        let change = try await plain.unset("ACCESS_TOKEN_LIFETIME", in: .test())
        #expect(change == SettingChange(name: "ACCESS_TOKEN_LIFETIME", old: "600", new: "108000"))
        #expect(plain.report().first?.source == .default)
    }

    @Test(
        "values outside their range or type are refused",
        arguments: [
            ("ACCESS_TOKEN_LIFETIME", "0"), ("ACCESS_TOKEN_LIFETIME", "315360001"), ("ACCESS_TOKEN_LIFETIME", "-1"),
            ("ACCESS_TOKEN_LIFETIME", "1.5"), ("ACCESS_TOKEN_LIFETIME", ""), ("ACCESS_TOKEN_LIFETIME", "NaN"),
            ("ACCESS_TOKEN_LIFETIME", "99999999999999999999"), ("SESSION_MAX_LIFETIME", "-1"),
            ("PASSWORD_MIN_LENGTH", "7"), ("PASSWORD_MIN_LENGTH", "129"), ("NO_SUCH_SETTING", "1"),
        ])
    func refused(_ name: String, _ text: String) async throws {
        let settings = try settings(MemoryStorage())
        await #expect(throws: SettingError.self) { try await settings.set(name, to: text, in: .test()) }
    }

    @Test("a stored value that is not valid is ignored and the last good one kept")
    func lastGood() async throws {
        let storage = MemoryStorage()
        let settings = try settings(storage)
        _ = try await settings.set("ACCESS_TOKEN_LIFETIME", to: "600", in: .test())
        for bad in ["0", "x", "1e3", "999999999999"] {
            storage.putSetting("ACCESS_TOKEN_LIFETIME", bad)
            try await settings.reload()
            #expect(settings.snapshot[.accessTokenLifetime] == 600)
        }
        storage.putSetting("ACCESS_TOKEN_LIFETIME", "700")
        try await settings.reload()
        #expect(settings.snapshot[.accessTokenLifetime] == 700)
    }

    @Test("a mistyped name is answered with the nearest")
    func nearest() {
        #expect(nearestName(to: "ACCES_TOKEN_LIFETIME", among: Settings.all.map(\.name)) == "ACCESS_TOKEN_LIFETIME")
        #expect(nearestName(to: "XYZ", among: Settings.all.map(\.name)) == nil)
        #expect(nearestName(to: "", among: ["ABC"]) == nil)
        #expect(nearestName(to: "x", among: ["me"]) == nil && nearestName(to: "", among: ["me"]) == nil)
    }
}
