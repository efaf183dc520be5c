// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Logging
import OstiaryTestKit
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

@Suite("Endpoints of settings")
struct SettingControllerTests {
    private static let list = "/api/admin/settings/"
    private static let path = "/api/admin/settings/ACCESS_TOKEN_LIFETIME/"

    private let api: TestAPI
    private let settings: DynamicSettings

    init() throws { (api, settings) = try Self.serving() }

    private static func serving(
        rights: Rights = Rights(isStaff: true, permissions: [.viewSetting, .changeSetting]),
        pins: [String: String] = [:]
    ) throws -> (TestAPI, DynamicSettings) {
        let storage = MemoryStorage()
        return try serving(on: storage, storage, rights: rights, pins: pins)
    }

    private static func serving(
        on storage: MemoryStorage, _ store: any SettingsStore, rights: Rights, pins: [String: String] = [:]
    ) throws -> (TestAPI, DynamicSettings) {
        let settings = try DynamicSettings(
            store: store, journal: storage, pins: pins, logger: Logger(label: "test"))
        let service = SettingsService(settings: settings, audit: storage, sessions: storage)
        let api = try TestAPI(extra: SettingController(settings: service).endpoints) { demand, identity, context in
            demand.verdict(of: rights, identity, at: context.now)
        }
        return (api, settings)
    }

    private func headers(_ api: TestAPI) async throws -> HTTPFields {
        [.authorization: "Bearer \(try await api.token())"]
    }

    @Test("all settings are on one page, each with its range, value and author")
    func listed() async throws {
        let headers = try await headers(api)
        _ = try await settings.set(
            "LOGIN_MAX_WAIT", to: "5", in: .test(at: Timestamp(seconds: 0), by: .operator("ada")))
        let answer = try await api.ask(.get, Self.list, headers: headers)
        #expect(answer.status == 200)
        #expect(
            answer.body.contains(
                #"{"name":"ACCESS_TOKEN_LIFETIME","help":"How long an access token is valid from its issue.","#
                    + #""type":"int","unit":"s","default":"108000","minimum":"1","maximum":"315360000","#
                    + #""value":"108000","source":"default","is_pinned":false,"changed_at":null,"changed_by":null}"#))
        #expect(
            answer.body.contains(
                #""value":"5","source":"database","is_pinned":false,"changed_at":"1970-01-01T00:00:00Z","#
                    + #""changed_by":"operator:ada"}"#))
        #expect(answer.body.hasPrefix(#"{"results":[{"name":"#))
        #expect(answer.body.hasSuffix(#"],"next":null,"cut_short":false}"#))
    }

    @Test("a change tells the value that it was made for, and the second of two is told the first one's")
    func changed() async throws {
        let headers = try await headers(api)
        let first = try await api.ask(.put, Self.path, headers: headers, json: #"{"value":600,"was":"108000"}"#)
        #expect(first.status == 200 && first.body.contains(#""value":"600","source":"database""#), "\(first)")
        #expect(first.body.contains(#""changed_by":"user:1","history":[{"at":"#), "\(first)")
        #expect(first.body.contains(#""actor":"user:1","old":null,"new":"600","cause":null}]}"#), "\(first)")
        let second = try await api.ask(.put, Self.path, headers: headers, json: #"{"value":"700","was":108000}"#)
        #expect(second.status == 409)
        #expect(
            second.body
                == #"{"detail":"The value was changed meanwhile.","value":"600","changed_by":"user:1"}"#)
        #expect(settings.snapshot[.accessTokenLifetime] == 600)
        #expect(try await api.ask(.delete, Self.path + "?was=108000", headers: headers).status == 409)
        #expect(try await api.ask(.delete, Self.path + "?was=600", headers: headers).status == 204)
        #expect(settings.snapshot[.accessTokenLifetime] == 108_000)
        let shown = try await api.ask(.get, Self.path, headers: headers)
        #expect(shown.body.contains(#""old":"600","new":null"#) && shown.body.contains(#""source":"default""#))
    }

    @Test(
        "wrong values are refused by name",
        arguments: [
            (#"{}"#, #"{"value":["This field is required."],"was":["This field is required."]}"#),
            (#"{"value":600}"#, #"{"was":["This field is required."]}"#),
            (#"{"value":0,"was":108000}"#, #"{"value":["ACCESS_TOKEN_LIFETIME must be in 1…315360000."]}"#),
            (#"{"value":true,"was":108000}"#, #"{"value":["ACCESS_TOKEN_LIFETIME must be of type int."]}"#),
            (#"{"value":[1],"was":1}"#, #"{"value":["Not a valid string."]}"#),
            (#"{"value":null,"was":1}"#, #"{"value":["This field may not be null."]}"#),
            (
                #"{"value":"","was":""}"#,
                #"{"value":["This field may not be blank."],"was":["This field may not be blank."]}"#
            ),
        ])
    func wrongValue(json: String, body: String) async throws {
        let answer = try await api.ask(.put, Self.path, headers: try await headers(api), json: json)
        #expect(answer.status == 400 && answer.body == body, "\(answer)")
        #expect(settings.snapshot[.accessTokenLifetime] == 108_000)
    }

    @Test("unknown names are not found, and wrong parameters are refused")
    func wrongPath() async throws {
        let headers = try await headers(api)
        for name in ["NOTHING", "access_token_lifetime", "%00", "ACCESS_TOKEN_LIFETIM%45"] {
            for (method, rest) in [(.get, ""), (.put, ""), (.delete, "?was=1"), (.get, "preview/?value=1")]
                as [(HTTPRequest.Method, String)]
            {
                let json = method == .put ? #"{"value":1,"was":1}"# : nil
                let answer = try await api.ask(method, Self.list + name + "/" + rest, headers: headers, json: json)
                #expect(answer.status == 404, "\(method) \(name) \(rest)")
            }
        }
        for rest in ["", "?was=", "?was=1&was=1", "?was=%00"] {
            #expect(try await api.ask(.delete, Self.path + rest, headers: headers).status == 400, "\(rest)")
        }
        for rest in ["", "?value=", "?value=x", "?value=-1"] {
            let preview = Self.path + "preview/" + rest
            #expect(try await api.ask(.get, preview, headers: headers).status == 400, "\(rest)")
        }
    }

    @Test("a preview counts sessions for one setting alone")
    func preview() async throws {
        let headers = try await headers(api)
        let other = try await api.ask(.get, Self.path + "preview/?value=5", headers: headers)
        #expect(other.status == 200 && other.body == #"{"sessions_ending":null,"is_more":null}"#)
        let lifetime = try await api.ask(.get, Self.list + "SESSION_MAX_LIFETIME/preview/?value=60", headers: headers)
        #expect(lifetime.status == 200 && lifetime.body == #"{"sessions_ending":0,"is_more":false}"#)
    }

    @Test("a pinned setting is told as such, and not changed")
    func pinned() async throws {
        let (api, _) = try Self.serving(pins: ["ACCESS_TOKEN_LIFETIME": "5"])
        let headers = try await headers(api)
        let shown = try await api.ask(.get, Self.path, headers: headers)
        #expect(shown.body.contains(#""value":"5","source":"pinned","is_pinned":true"#))
        let text = #"{"detail":"The configuration of the server pins this setting."}"#
        let put = try await api.ask(.put, Self.path, headers: headers, json: #"{"value":600,"was":5}"#)
        #expect(put.status == 409 && put.body == text)
        let deletion = try await api.ask(.delete, Self.path + "?was=5", headers: headers)
        #expect(deletion.status == 409 && deletion.body == text)
    }

    @Test("a store that is away refuses changes, and the list tells that")
    func away() async throws {
        let rights = Rights(isStaff: true, permissions: [.viewSetting, .changeSetting])
        let (api, _) = try Self.serving(on: MemoryStorage(), LostSettings(), rights: rights)
        let headers = try await headers(api)
        let list = try await api.ask(.get, Self.list, headers: headers)
        #expect(list.status == 200 && list.body.contains(#""source":"last known""#))
        #expect(!list.body.contains(#""source":"default""#))
        let put = try await api.ask(.put, Self.path, headers: headers, json: #"{"value":600,"was":"108000"}"#)
        #expect(put.status == 503)
        #expect(try await api.ask(.delete, Self.path + "?was=108000", headers: headers).status == 503)
    }

    @Test("who may see settings may not change them")
    func rights() async throws {
        let (api, settings) = try Self.serving(rights: Rights(isStaff: true, permissions: [.viewSetting]))
        let headers = try await headers(api)
        #expect(try await api.ask(.get, Self.list, headers: headers).status == 200)
        #expect(try await api.ask(.get, Self.path, headers: headers).status == 200)
        let put = try await api.ask(.put, Self.path, headers: headers, json: #"{"value":600,"was":"108000"}"#)
        #expect(put.status == 403)
        #expect(try await api.ask(.delete, Self.path + "?was=108000", headers: headers).status == 403)
        #expect(try await api.ask(.get, Self.path + "preview/?value=1", headers: headers).status == 403)
        #expect(settings.snapshot[.accessTokenLifetime] == 108_000)
    }
}

/// A store that cannot be reached.
private struct LostSettings: SettingsStore {
    private let error = StoreUnavailable(reason: "test")

    var source: SettingSource { .redis }
    var isReachable: Bool { false }
    func all() async throws -> [String: StoredSetting] { throw error }
    func set(
        _ name: String, to value: any SettingValue, ifStill seen: SeenSetting?, in context: RequestContext
    ) async throws -> SettingWrite {
        throw error
    }
    func unset(_ name: String, ifStill seen: SeenSetting?, in context: RequestContext) async throws -> SettingWrite {
        throw error
    }
}
