// SPDX-License-Identifier: Apache-2.0

import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Rates")
struct RateTests {
    @Test(
        "are read as Django REST framework writes them",
        arguments: [
            ("10/min", Rate.limit(10, per: .minute)), ("10/m", .limit(10, per: .minute)),
            ("10/minute", .limit(10, per: .minute)), ("1/s", .limit(1, per: .second)),
            ("1/sec", .limit(1, per: .second)), ("1/second", .limit(1, per: .second)),
            ("20/h", .limit(20, per: .hour)), ("20/hour", .limit(20, per: .hour)), ("3/d", .limit(3, per: .day)),
            ("3/day", .limit(3, per: .day)), ("100000/s", .limit(100_000, per: .second)), ("off", .off),
        ])
    func reads(text: String, rate: Rate) throws {
        #expect(Rate(settingText: text) == rate)
        #expect(Rate(constance: .string(text)) == rate)
        #expect(Rate(settingText: rate.settingText) == rate)
        #expect(rate.constance == .string(rate.settingText))
    }

    @Test(
        "anything else is no rate",
        arguments: [
            "", "10", "/", "10/", "/min", "0/min", "-1/min", "+1/min", "1.5/min", "1e3/s", "100001/s", " 1/s", "1/s ",
            "10/month", "10/Min", "10/min/min", "99999999999999999999/s", "None", "OFF", "0x1/s", "١/s", "10//min",
        ])
    func refuses(text: String) { #expect(Rate(settingText: text) == nil) }

    @Test("are no other type of django-constance's")
    func types() {
        for value in [ConstanceValue.integer(10), .null, .bool(true), .float(1)] {
            #expect(Rate(constance: value) == nil)
        }
    }

    @Test("compare by what they allow in a day, then at once")
    func order() throws {
        let ascending: [Rate] = [
            .limit(1, per: .day), .limit(1, per: .hour), .limit(24, per: .day), .limit(1, per: .minute),
            .limit(1, per: .second), .limit(60, per: .minute), .limit(100_000, per: .second), .off,
        ]
        #expect(ascending.shuffled().sorted() == ascending)
        for setting in Settings.all where setting.name.hasPrefix("THROTTLE_") {
            #expect(setting.rangeText == "1/day…off")
        }
    }

    @Test("are set, shown and unset like any other setting, and an empty one never switches a limit off")
    func setting() async throws {
        let services = try Services()
        let name = "THROTTLE_LOGIN_ACCOUNT"
        let change = try await services.settings.set(name, to: "7/h", in: .test())
        #expect(change == SettingChange(name: name, old: "10/min", new: "7/hour"))
        #expect(services.settings.snapshot[.throttleLoginAccount] == .limit(7, per: .hour))
        for text in ["", "0/min", "7"] {
            await #expect(throws: SettingError.wrongType(name, typeName: "number/period")) {
                _ = try await services.settings.set(name, to: text, in: .test())
            }
            services.storage.putSetting(name, text)
            try await services.settings.reload()
            #expect(services.settings.snapshot[.throttleLoginAccount] == .limit(7, per: .hour))
        }
        _ = try await services.settings.unset(name, in: .test())
        #expect(services.settings.snapshot[.throttleLoginAccount] == .limit(10, per: .minute))
    }
}
