// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryTestKit
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

@Suite("Requests of clients")
struct ClientGuardTests {
    private let api: TestAPI
    private let secret = ClientSecret()
    private let id = "client-1"
    private static let path = "/api/introspect/"
    private static let inactive = #"{"active":false}"#
    private static let unknown =
        #"{"error":"invalid_client","error_description":"The client is unknown or disabled, or its secret is wrong."}"#

    init() async throws {
        api = try TestAPI(throttle: LocalThrottle())
        let all: [(String, Set<ClientRight>)] = [(id, [.introspect]), ("client-2", [.revoke, .feed])]
        for (id, rights) in all {
            let client = Client(id: id, name: id, may: rights, createdAt: Timestamp.now())
            _ = try await api.storage.add(StoredClient(client, secret: secret.digest), in: .test())
        }
    }

    private func basic(_ text: String) -> HTTPFields { basic(Array(text.utf8)) }

    private func basic(_ bytes: [UInt8]) -> HTTPFields {
        let text = Sodium.base64(bytes)
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return [.authorization: "Basic \(text)\(padding)"]
    }

    private var good: HTTPFields { basic("\(id):\(secret.text)") }

    private func ask(
        _ fields: HTTPFields, _ body: String, _ type: String = "application/x-www-form-urlencoded",
        _ path: String = path
    )
        async -> TestAPI.Answer
    {
        await ask(fields, Array(body.utf8), type, path)
    }

    private func ask(_ fields: HTTPFields, _ body: [UInt8], _ type: String, _ path: String = path) async
        -> TestAPI.Answer
    {
        var fields = fields
        fields[.contentType] = type
        let request = IncomingRequest(
            .post, path, authority: "x", fields: fields, body: .init(body), id: TestAPI.requestID)
        let response = await api.responder.respond(to: request)
        return TestAPI.Answer(
            status: response.status.code, headers: response.fields,
            body: String(decoding: response.body, as: UTF8.self))
    }

    private func expectUnknown(
        _ answer: TestAPI.Answer, _ name: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            answer.status == 401 && answer.body == Self.unknown, "\(name): \(answer)", sourceLocation: sourceLocation)
        #expect(answer.headers[.wwwAuthenticate] == #"Basic realm="clients""#, sourceLocation: sourceLocation)
        #expect(answer.headers[.cacheControl] == "no-store", sourceLocation: sourceLocation)
    }

    @Test("a client authenticates by the header, or in the body of a form or of JSON")
    func ways() async {
        let form = "token=x&client_id=\(id)&client_secret=\(secret.text)"
        let json = #"{"token":"x","client_id":"\#(id)","client_secret":"\#(secret.text)"}"#
        for answer in [
            await ask(good, "token=x"), await ask([:], form), await ask([:], json, "application/json"),
            await ask(good, #"{"token":"x"}"#, "application/json; charset=utf-8"),
        ] {
            #expect(answer.status == 200 && answer.body == Self.inactive, "\(answer)")
            #expect(answer.headers[.cacheControl] == "no-store")
        }
        let multipart = await ask(good, "", "multipart/form-data; boundary=x")
        #expect(multipart.status == 400, "an empty body has no token: \(multipart)")
    }

    @Test("each part of the header is percent-encoded (RFC 6749 §2.3.1)")
    func percentEncoding() async {
        let escaped = secret.text.utf8.map { "%" + [$0].hexadecimal }.joined()
        for text in [
            "client%2D1:\(secret.text)", "client%2d1:\(escaped)", "%63lient-1:\(secret.text)",
            "\(id):\(escaped.uppercased())",
        ] {
            #expect(await ask(basic(text), "token=x").body == Self.inactive, "\(text)")
        }
        for scheme in ["basic", "BASIC"] {
            let header = good[.authorization]?.replacing("Basic", with: scheme) ?? ""
            #expect(await ask([.authorization: header], "token=x").body == Self.inactive)
        }
        for text in ["client%252D1:\(secret.text)", "client-1%:\(secret.text)", "client-1+:\(secret.text)"] {
            expectUnknown(await ask(basic(text), "token=x"), text)
        }
    }

    @Test("whatever proves nothing gets the same answer")
    func unknown() async {
        let long = String(repeating: "c", count: 10_240)
        for text in [
            "client-3:\(secret.text)", "\(id):\(ClientSecret().text)", "\(id):\(secret.text.dropLast())", "\(id):", ":",
            ":\(secret.text)", "\(id)\(secret.text)", "\(long):\(secret.text)", "\(id):\(long)",
            "\(id):\(secret.text):",
            "\(id)\u{0}:\(secret.text)", "client-1\u{301}:\(secret.text)",
        ] {
            expectUnknown(await ask(basic(text), "token=x"), String(text.prefix(60)))
        }
        expectUnknown(await ask(basic(Array(id.utf8) + [0xFF, 0xC0, UInt8(ascii: ":")] + secret.text.utf8), "token=x"))
        for header in [
            "Basic", "Basic ", "Basic !!!!", "Basic Y2xpZW50LTE6eA", "Bearer \(secret.text)", "Basic a b",
            "Negotiate x",
        ] {
            expectUnknown(await ask([.authorization: header], "token=x"), header)
        }
        expectUnknown(await ask([:], "token=x"), "no credentials")
        for body in [
            "client_id=\(id)", "client_secret=\(secret.text)", "client_id=\(id)&client_secret=x",
            "client_id=\(long)&client_secret=\(secret.text)", "client_id=%ff%fe&client_secret=\(secret.text)",
        ] {
            expectUnknown(await ask([:], "token=x&\(body)"), String(body.prefix(60)))
        }
        for body in [#""client_id":1"#, #""client_id":"\ud800""#, #""client_id":["client-1"]"#, #""client_id":null"#] {
            let json = #"{"token":"x",\#(body),"client_secret":"\#(secret.text)"}"#
            expectUnknown(await ask([:], json, "application/json"), body)
        }
    }

    @Test("a disabled client gets the answer of an unknown one")
    func disabled() async throws {
        _ = try await api.storage.set(id, isEnabled: false, in: .test())
        expectUnknown(await ask(good, "token=x"))
    }

    @Test("both ways at once, and whatever is sent twice, is malformed")
    func twice() async {
        let credentials = "client_id=\(id)&client_secret=\(secret.text)"
        var headers = good
        headers.append(HTTPField(name: .authorization, value: good[.authorization] ?? ""))
        let answers = [
            await ask(good, "token=x&\(credentials)"), await ask(good, "token=x&client_id=\(id)"),
            await ask(good, "token=x&client_secret=\(secret.text)"),
            await ask([.authorization: "Bearer x"], "token=x&\(credentials)"), await ask(headers, "token=x"),
            await ask(good, "token=x&token=x"), await ask(good, "token=x&token_type_hint=a&token_type_hint=b"),
            await ask([:], "token=x&\(credentials)&client_id=\(id)"),
            await ask([:], "token=x&\(credentials)&\(credentials)"),
            await ask(good, #"{"token":"x","token":"x"}"#, "application/json"),
            await ask(good, "token=x&%74oken=y"),
        ]
        for (index, answer) in answers.enumerated() {
            #expect(answer.status == 400, "\(index): \(answer)")
            #expect(answer.body.hasPrefix(#"{"error":"invalid_request","error_description":""#), "\(index): \(answer)")
            #expect(answer.headers[.cacheControl] == "no-store" && answer.headers[.wwwAuthenticate] == nil)
        }
    }

    @Test("a body without a token, or none at all", arguments: ["/api/introspect/", "/api/revoke/"])
    func missing(_ path: String) async {
        let fields = path == Self.path ? good : basic("client-2:\(secret.text)")
        for (body, type) in [
            ("", "application/x-www-form-urlencoded"), ("token=", "application/x-www-form-urlencoded"),
            ("token_type_hint=x", "application/x-www-form-urlencoded"), ("{}", "application/json"),
            ("null", "application/json"), ("[]", "application/json"), ("{", "application/json"),
            (#"{"token":1}"#, "application/json"), (#"{"token":null}"#, "application/json"),
            (#"{"token":["x"]}"#, "application/json"), (#"{"token":""}"#, "application/json"),
        ] {
            let answer = await ask(fields, body, type, path)
            #expect(answer.status == 400 && answer.body.hasPrefix(#"{"error":"invalid_request""#), "\(body): \(answer)")
        }
        let other = await ask(fields, "token=x", "text/plain", path)
        #expect(other.status == 415, "\(other)")
        let large = await ask(
            fields, "token=" + String(repeating: "x", count: 65_536), "application/x-www-form-urlencoded", path)
        #expect(large.status == 413, "\(large)")
    }

    @Test("whatever is no token is not active, and nothing to revoke")
    func anyText() async {
        let texts = ["%ff%00", String(repeating: "x", count: 60_000), "a.b.c", "%F0%9F%98%80", "1", "...", "+"]
        for text in texts {
            for hint in ["", "&token_type_hint=refresh_token", "&token_type_hint=unheard_of"] {
                let asked = await ask(good, "token=\(text)\(hint)")
                #expect(asked.status == 200 && asked.body == Self.inactive, "\(text.prefix(20)): \(asked)")
                let revoked = await ask(
                    basic("client-2:\(secret.text)"), "token=\(text)\(hint)", "application/x-www-form-urlencoded",
                    "/api/revoke/")
                #expect(revoked.status == 200 && revoked.body.isEmpty && revoked.headers[.contentType] == nil)
                #expect(revoked.headers[.contentLength] == "0")
            }
        }
    }

    @Test("a client does what it has the right to")
    func rights() async {
        let denied = await ask(basic("client-2:\(secret.text)"), "token=x")
        #expect(denied.status == 403, "\(denied)")
        #expect(
            denied.body
                == #"{"error":"access_denied","error_description":"The client does not have the right introspect."}"#)
        let other = await ask(good, "token=x", "application/x-www-form-urlencoded", "/api/revoke/")
        #expect(other.status == 403 && other.headers[.wwwAuthenticate] == nil, "\(other)")
    }

    @Test("problem details have the code, too")
    func problems() async {
        let answer = await ask([.accept: "application/problem+json"], "token=x")
        #expect(answer.status == 401 && answer.body.contains(#""code":"invalid_client""#), "\(answer)")
        #expect(answer.headers[.contentType] == "application/problem+json")
    }

    @Test("a bearer token is no client, and a client is no bearer")
    func otherEndpoints() async throws {
        let token = try await api.token()
        expectUnknown(await ask([.authorization: "Bearer \(token)"], "token=\(token)"))
        let me = try await api.ask(.get, "/api/me/", headers: good)
        #expect(me.status == 401 && me.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true, "\(me)")
        let asked = await ask(good, "token=\(token)&token_type_hint=access_token")
        #expect(asked.body.hasPrefix(#"{"active":true,"token_type":"Bearer","sub":"1","#), "\(asked)")
    }
}
