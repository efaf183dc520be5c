// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryTestKit
import Synchronization
import Testing

@testable import OstiaryCore
@testable import OstiaryHTTP

@Suite("Answers on the event loop")
struct ImmediateAnswerTests {
    private static let path = "/api/introspect/"
    private static let form = "application/x-www-form-urlencoded"
    private static let id = "client-1"

    /// An API that remembers, with a client of each right, and a token that was used before.
    private struct Site {
        let api: TestAPI
        let token: String
        let secret = ClientSecret()

        init(throttle: (any Throttle)? = nil, isDraining: Bool = false, extra: [Endpoint] = []) async throws {
            api = try TestAPI(extra: extra, throttle: throttle, remembers: true, isDraining: isDraining)
            for (id, right) in [(ImmediateAnswerTests.id, ClientRight.introspect), ("client-2", .feed)] {
                let client = Client(id: id, name: id, may: [right], createdAt: Timestamp.now())
                _ = try await api.storage.add(StoredClient(client, secret: secret.digest), in: .test())
            }
            token = try await api.token()
            let first = await api.responder.respond(to: asking())
            try #require(first.status == .ok)
        }

        func basic(_ id: String, _ secret: String) -> String {
            let text = Sodium.base64(Array("\(id):\(secret)".utf8))
            return "Basic " + text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        }

        /// A question about the token.
        func asking(
            _ method: HTTPRequest.Method = .post, _ path: String = ImmediateAnswerTests.path,
            _ fields: HTTPFields = [:], body: String? = nil
        ) -> IncomingRequest {
            var all: HTTPFields = [
                .authorization: basic(ImmediateAnswerTests.id, secret.text), .contentType: ImmediateAnswerTests.form,
            ]
            for field in fields { all[field.name] = field.value }
            return IncomingRequest(
                method, path, authority: "x", fields: all, body: .init(Array((body ?? "token=\(token)").utf8)),
                id: TestAPI.requestID)
        }
    }

    @Test("they have the bytes of those that a task makes")
    func same() async throws {
        let keys = APIOperation(
            .get, "/api/keys/", name: "Keys", security: .public, about: .init("Keys"), parsers: [])
        let site = try await Site(
            extra: [
                .publicImmediate(keys) { call in
                    var answer = Answer(headers: [
                        .cacheControl: "public", .eTag: "\"1\"", .accessControlAllowOrigin: "*",
                    ]) {
                        $0.string("\"active\":true")
                    }
                    if call.has("\"1\"") { answer.status = .notModified }
                    return answer
                }
            ])
        let json: HTTPFields = [.contentType: "application/json"]
        let inBody = "token=\(site.token)&client_id=\(Self.id)&client_secret=\(site.secret.text)"
        var withoutHeader = site.asking(body: inBody)
        withoutHeader = IncomingRequest(
            .post, Self.path, authority: "x", fields: [.contentType: Self.form], body: withoutHeader.body,
            id: TestAPI.requestID)
        let bearer: HTTPFields = [.authorization: "Bearer \(site.token)"]
        let me = IncomingRequest(.get, "/api/me/", authority: "x", fields: bearer, id: TestAPI.requestID)
        for request in [
            site.asking(), withoutHeader, site.asking(.post, Self.path, json, body: #"{"token":"\#(site.token)"}"#),
            site.asking(.post, Self.path, [.accept: "application/json"]), me,
            site.asking(.get, "/api/keys/", body: ""),
            site.asking(.get, "/api/keys/", [.ifNoneMatch: "\"1\""], body: ""),
        ] {
            let immediate = try #require(site.api.responder.immediateResponse(to: request))
            let usual = EncodedResponse(await site.api.responder.respond(to: request))
            #expect(lines(immediate) == lines(usual))
            let hasAnswer = lines(immediate).contains { $0.contains("active") || $0.contains("\"email\"") }
            #expect(hasAnswer || immediate.status == .notModified)
        }
    }

    /// The lines of an answer, without the time; the order of header fields means nothing (RFC 9110 §5.3).
    private func lines(_ answer: EncodedResponse) -> [String] {
        String(buffer: answer.bytes).split(separator: "\r\n").map(String.init).filter { !$0.hasPrefix("Date: ") }
            .sorted()
    }

    @Test("every refusal, and every unusual request, is left to a task")
    func left() async throws {
        let site = try await Site()
        let good = site.basic(Self.id, site.secret.text)
        func with(_ name: HTTPField.Name, _ value: String) -> IncomingRequest {
            site.asking(.post, Self.path, [name: value])
        }
        let long = "&token_type_hint=" + String(repeating: "x", count: 4_096)
        let requests = [
            "a wrong secret": with(.authorization, site.basic(Self.id, ClientSecret().text)),
            "a client that does not exist": with(.authorization, site.basic("client-3", site.secret.text)),
            "a client without the right": with(.authorization, site.basic("client-2", site.secret.text)),
            "a bearer": with(.authorization, "Bearer \(site.token)"), "no client": with(.authorization, ""),
            "both ways": site.asking(body: "token=\(site.token)&client_id=\(Self.id)"),
            "a token that nobody knows": site.asking(body: "token=\(site.token)x"),
            "no token": site.asking(body: "a=b"), "nothing": site.asking(body: ""),
            "two tokens": site.asking(body: "token=\(site.token)&token=\(site.token)"),
            "a large body": site.asking(body: "token=\(site.token)\(long)"),
            "a body that is no JSON": site.asking(.post, Self.path, [.contentType: "application/json"]),
            "another type": with(.contentType, "text/plain"), "an encoding": with(.contentEncoding, "gzip"),
            "pages": with(.accept, "text/html"), "problems": with(.accept, "application/problem+json"),
            "another origin": with(.origin, "https://other.example"), "another site": with(.secFetchSite, "cross-site"),
            "a query": site.asking(.post, Self.path + "?format=json"),
            "no slash": site.asking(.post, "/api/introspect/x"),
            "another method": site.asking(.get),
            "another encoding of the path": site.asking(.post, "/api/intro%73pect/"),
            "a letter that is not ASCII": site.asking(.post, "/api/introspect\u{301}/"),
        ]
        for (name, request) in requests {
            #expect(site.api.responder.immediateResponse(to: request) == nil, "\(name)")
        }
        var twice: HTTPFields = [.authorization: good, .contentType: Self.form]
        twice.append(HTTPField(name: .authorization, value: good))
        let body = IncomingRequest.Body(Array("token=\(site.token)".utf8))
        let two = IncomingRequest(.post, Self.path, authority: "x", fields: twice, body: body)
        #expect(site.api.responder.immediateResponse(to: two) == nil)
        let nowhere = IncomingRequest(
            .post, Self.path, fields: [.authorization: good, .contentType: Self.form], body: body)
        #expect(site.api.responder.immediateResponse(to: nowhere) == nil, "a request without a host")
        #expect(site.api.responder.immediateResponse(to: site.asking()) != nil, "none of it has spent anything")
    }

    @Test("a change ends them: a disabled client, an ended session, a shutdown")
    func changes() async throws {
        let site = try await Site()
        let responder = site.api.responder
        #expect(responder.immediateResponse(to: site.asking()) != nil)
        _ = try await site.api.storage.set(Self.id, isEnabled: false, in: .test())
        site.api.receive(.changes([.clients]))
        #expect(responder.immediateResponse(to: site.asking()) == nil)
        #expect(await responder.respond(to: site.asking()).status == .unauthorized)
        _ = try await site.api.storage.set(Self.id, isEnabled: true, in: .test())
        site.api.receive(.changes([.clients]))
        #expect(responder.immediateResponse(to: site.asking()) == nil, "nothing is known before it was read")
        #expect(await responder.respond(to: site.asking()).status == .ok)
        #expect(responder.immediateResponse(to: site.asking()) != nil)
        let session = try #require(AccessTokenCodec.claims(ofVerified: site.token)?["sid"])
        guard case .string(let text) = session, let id = SessionID(text.text) else {
            throw StoreUnavailable(reason: "")
        }
        site.api.receive(.changes([.sessionEnded(id)]))
        #expect(responder.immediateResponse(to: site.asking()) == nil)
        let draining = try await Site(isDraining: true)
        #expect(draining.api.responder.immediateResponse(to: draining.asking()) == nil)
    }

    @Test("each takes from the budget of the client; one that cannot is left to a task, and takes nothing")
    func budget() async throws {
        let now = Mutex(Timestamp(seconds: 1_000))
        let site = try await Site(throttle: LocalThrottle(now: { now.withLock { $0 } }))
        var count = 1
        while count <= 200, site.api.responder.immediateResponse(to: site.asking()) != nil { count += 1 }
        #expect(count == 100, "100 at once, of which a task has answered the first")
        #expect(await site.api.responder.respond(to: site.asking()).status == .tooManyRequests)
        now.withLock { $0 = $0.adding(seconds: 1) }
        #expect(site.api.responder.immediateResponse(to: site.asking()) != nil)
    }

    @Test("a request waits if memory knows its client, and if it will not be refused")
    func waits() async throws {
        let operation = APIOperation(
            .get, "/api/wait/", name: "Wait", security: .client(.feed), about: .init("Wait"), parsers: [],
            renderers: [.jwt])
        let endpoint = Endpoint.client(
            operation,
            ahead: .wait { call, client in call.query("wait").map { _ in { @Sendable in client.id == "client-2" } } }
        ) { call, _ in Answer(["waited": .bool(call.hasWaited)]) }
        let site = try await Site(extra: [endpoint])
        let responder = site.api.responder
        func asking(
            _ method: HTTPRequest.Method = .get, _ target: String = "/api/wait/?wait=1", secret: String? = nil,
            as id: String = "client-2", _ fields: HTTPFields = [:]
        ) -> IncomingRequest {
            let credentials: HTTPFields = [.authorization: site.basic(id, secret ?? site.secret.text)]
            return site.asking(method, target, HTTPFields(credentials + fields), body: "")
        }
        let wait = try #require(responder.wait(before: asking()))
        #expect(await wait())
        #expect(responder.immediateResponse(to: asking()) == nil)
        var request = asking()
        #expect(String(decoding: await responder.respond(to: request).body, as: UTF8.self) == #"{"waited":false}"#)
        request.hasWaited = true
        #expect(String(decoding: await responder.respond(to: request).body, as: UTF8.self) == #"{"waited":true}"#)
        for (name, request) in [
            "no wait": asking(.get, "/api/wait/"), "another secret": asking(secret: ClientSecret().text),
            "without the right": asking(as: Self.id), "nobody": asking(as: "client-3"), "HEAD": asking(.head),
            "POST": asking(.post),
            "JSON": asking(.get, "/api/wait/?wait=1", [.accept: "application/json"]),
            "a format": asking(.get, "/api/wait/?wait=1&format=html"),
            "another path": asking(.get, Self.path + "?wait=1"),
        ] {
            #expect(responder.wait(before: request) == nil, "\(name)")
        }
        let prefixed = PrefixedResponder(responder, prefix: "/auth")
        #expect(prefixed.wait(before: asking(.get, "/auth/api/wait/?wait=1")) != nil)
        request = asking(.get, "/auth/api/wait/?wait=1")
        request.hasWaited = true
        #expect(String(decoding: await prefixed.respond(to: request).body, as: UTF8.self) == #"{"waited":true}"#)
    }

    @Test("a wait takes from the budget when it begins, and its answer does not")
    func budgetOfWaits() async throws {
        let operation = APIOperation(
            .get, "/api/wait/", name: "Wait", security: .client(.introspect), about: .init("Wait"), parsers: [],
            renderers: [.jwt])
        let endpoint = Endpoint.client(operation, ahead: .wait { _, _ in { true } }) { _, _ in Answer { _ in } }
        let now = Timestamp(seconds: 1_000)
        let site = try await Site(throttle: LocalThrottle(now: { now }), extra: [endpoint])
        var request = site.asking(.get, "/api/wait/", body: "")
        let wait = try #require(site.api.responder.wait(before: request))
        var count = 1
        while count <= 200, await wait() { count += 1 }
        #expect(count == 100, "100 at once, the question about the token among them")
        #expect(await site.api.responder.respond(to: request).status == .tooManyRequests)
        request.hasWaited = true
        #expect(await site.api.responder.respond(to: request).status == .ok)
    }

    @Test("budgets that are kept elsewhere are asked by a task")
    func sharedBudget() async throws {
        struct Elsewhere: Throttle {
            func take(_ budgets: [Budget]) async -> Throttled? { nil }
            func clear(_ keys: [BudgetKey]) async {}
        }
        let site = try await Site(throttle: Elsewhere())
        #expect(site.api.responder.immediateResponse(to: site.asking()) == nil)
        #expect(await site.api.responder.respond(to: site.asking()).status == .ok)
    }
}
