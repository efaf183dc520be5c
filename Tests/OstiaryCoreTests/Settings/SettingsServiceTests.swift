// SPDX-License-Identifier: Apache-2.0

import Logging
import OstiaryTestKit
import Testing

@testable import OstiaryCore

@Suite("Settings for administrators")
struct SettingsServiceTests {
    private let storage = MemoryStorage()
    private let name = "ACCESS_TOKEN_LIFETIME"

    private func settings(pins: [String: String] = [:]) throws -> (DynamicSettings, SettingsService) {
        let settings = try DynamicSettings(
            store: storage, journal: storage, pins: pins, logger: Logger(label: "test"))
        return (settings, SettingsService(settings: settings, audit: storage, sessions: storage))
    }

    private func context(_ editor: String, at seconds: Int64 = 1_000) -> RequestContext {
        .test(at: Timestamp(seconds: seconds), by: .operator(editor))
    }

    @Test("who comes second is told the value that is there, and who set it")
    func conflict() async throws {
        let (_, service) = try settings()
        #expect(try await service.set(name, to: "600", was: "108000", in: context("first")).new == "600")
        let change = LastChange(at: Timestamp(seconds: 1_000), actor: "operator:first")
        let conflict = SettingConflict(name: name, current: "600", change: change)
        #expect("\(conflict)" == "ACCESS_TOKEN_LIFETIME was changed meanwhile: it is 600, set by operator:first.")
        await #expect(throws: conflict) {
            try await service.set(name, to: "700", was: "108000", in: context("second"))
        }
        await #expect(throws: conflict) { try await service.unset(name, was: "108000", in: context("second")) }
        #expect(try await storage.entries(of: name).count == 1)
        _ = try await service.unset(name, was: "600", in: context("second", at: 2_000))
        let deletion = LastChange(at: Timestamp(seconds: 2_000), actor: "operator:second")
        await #expect(throws: SettingConflict(name: name, current: "108000", change: deletion)) {
            try await service.set(name, to: "700", was: "600", in: context("first"))
        }
    }

    @Test("an unrecorded change has no author")
    func unrecorded() async throws {
        let (settings, service) = try settings()
        _ = try await service.set(name, to: "600", was: "108000", in: context("first"))
        storage.putSetting(name, "700")
        await #expect(throws: SettingConflict(name: name, current: "700", change: nil)) {
            try await service.set(name, to: "800", was: "600", in: context("second"))
        }
        #expect(try await service.setting(name, in: .test()).report.change == nil)
        try await settings.reload(observing: true)
        #expect(try await service.setting(name, in: .test()).report.change?.actor == "another program")
    }

    @Test("a value that is not valid does not keep an administrator from setting another")
    func repair() async throws {
        let (settings, service) = try settings()
        _ = try await service.set(name, to: "600", was: "108000", in: context("first"))
        storage.putSetting(name, "0")
        try await settings.reload()
        let report = try await service.setting(name, in: .test()).report
        #expect(report.value == "600" && report.source == .lastKnown)
        #expect(try await service.set(name, to: "700", was: report.value, in: context("first")).old == "not valid")
        #expect(settings.snapshot[.accessTokenLifetime] == 700)
    }

    @Test("what was seen is compared as a value, not as a spelling")
    func spelling() async throws {
        let (_, service) = try settings()
        _ = try await service.set("THROTTLE_REGISTER", to: "7/h", was: "20/h", in: context("first"))
        _ = try await service.set("THROTTLE_REGISTER", to: "8/h", was: "7/hour", in: context("first"))
        for was in ["", "8", "8/hour\u{301}", "\u{FF18}/hour"] {
            await #expect(throws: SettingConflict.self) {
                try await service.set("THROTTLE_REGISTER", to: "9/h", was: was, in: context("first"))
            }
        }
    }

    @Test("a pinned setting is not changed, and has no author")
    func pinned() async throws {
        _ = try await settings().1.set(name, to: "600", was: "108000", in: context("first"))
        let (settings, service) = try settings(pins: [name: "5"])
        try await settings.reload()
        await #expect(throws: SettingError.pinned(name)) {
            try await service.set(name, to: "7", was: "5", in: context("first"))
        }
        await #expect(throws: SettingError.pinned(name)) {
            try await service.unset(name, was: "5", in: context("first"))
        }
        let report = try await service.setting(name, in: .test()).report
        #expect(report.value == "5" && report.source == .pinned && report.change == nil)
    }

    @Test("each setting is told with its last change, one with its history")
    func history() async throws {
        let (_, service) = try settings()
        var was = "108000"
        for value in 600..<660 {
            _ = try await service.set(name, to: "\(value)", was: was, in: context("first", at: Int64(value)))
            was = "\(value)"
        }
        _ = try await service.set("LOGIN_MAX_WAIT", to: "5", was: "2", in: context("second"))
        _ = try await service.unset("LOGIN_MAX_WAIT", was: "5", in: context("third"))
        let list = try await service.list()
        #expect(list.map(\.setting.name) == Settings.all.map(\.name))
        let authors = list.compactMap { report in report.change.map { "\(report.setting.name) \($0.actor)" } }
        #expect(authors == ["\(name) operator:first", "LOGIN_MAX_WAIT operator:third"])
        let (report, history) = try await service.setting(name, in: .test())
        #expect(report.value == "659" && report.change?.at == Timestamp(seconds: 659))
        #expect(history.count == 50 && history.first?.new == "659" && history.last?.new == "610")
        await #expect(throws: SettingError.unknown("ACCES_TOKEN_LIFETIME", nearest: name)) {
            try await service.setting("ACCES_TOKEN_LIFETIME", in: .test())
        }
    }

    @Test("the sessions that a lifetime would end are counted; other settings end none")
    func preview() async throws {
        let (_, service) = try settings()
        let name = Setting.sessionMaximumLifetime.name
        let now = Timestamp(seconds: 10_000)
        guard let email = EmailAddress("first@example.com"),
            case .created(let user) = try await storage.create(
                NewUser(email: email, encodedPassword: "encoded"), in: .test())
        else { return }
        for number in 1...4 {
            let start = Timestamp(seconds: Int64(number) * 1_000)
            let session = AuthenticatedSession(
                id: SessionID(bits: UInt128(number)), user: user.id, authentication: Authentication(at: start))
            let opening = NewSession(
                session, proof: .password(verified: "encoded"),
                refreshToken: RefreshToken(bits: UInt128(number)).digest,
                expiry: TokenLifetimes(accessToken: 60, refreshToken: 20_000).expiry(
                    sessionStartedAt: start, now: start))
            _ = try await storage.open(opening, in: .test(at: start))
        }
        func ending(_ lifetime: String) async throws -> BoundedCount? {
            try await service.previewing(name, as: lifetime, in: .test(at: now))
        }
        #expect(try await ending("0") == BoundedCount(count: 0, isMore: false), "no limit ends none")
        #expect(try await ending("9000") == BoundedCount(count: 1, isMore: false))
        #expect(try await ending("9001") == BoundedCount(count: 0, isMore: false))
        #expect(try await ending("7500") == BoundedCount(count: 2, isMore: false))
        #expect(try await ending("1") == BoundedCount(count: 4, isMore: false))
        #expect(try await service.previewing("ACCESS_TOKEN_LIFETIME", as: "1", in: .test(at: now)) == nil)
        for text in ["-1", "x", "315360001", ""] {
            await #expect(throws: SettingError.self) { try await ending(text) }
        }
    }
}
