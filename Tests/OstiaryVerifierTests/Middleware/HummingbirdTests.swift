// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OstiaryTestSupport
import OstiaryVerifier
import OstiaryVerifierHummingbird
import OstiaryVerifierTestSupport
import Testing

/// The middleware for Hummingbird.
struct HummingbirdTests {
    private let issuer: Issuer
    private let isAway = Switch(false)
    private let verifier: TokenVerifier

    init() throws {
        issuer = try Issuer.ours.get()
        let keys = try issuer.keySet()
        verifier = try makeVerifier(
            StubTransport { [isAway] _, _ in isAway.value ? .text(503, "") : .text(200, keys) })
    }

    private func application() -> some ApplicationProtocol {
        let router = Router(context: BasicVerifiedRequestContext.self)
        router.group("members").add(middleware: VerifierMiddleware.required(verifier)).get { _, context in
            try context.requireToken().subject
        }
        router.group("anybody").add(middleware: VerifierMiddleware.optional(verifier)).get { _, context in
            context.token?.subject ?? "nobody"
        }
        router.get("late") { _, context in try context.requireToken().subject }
        return Application(router: router)
    }

    private static func headers(_ values: [String]) -> HTTPFields {
        var fields = HTTPFields()
        for value in values { fields.append(HTTPField(name: .authorization, value: value)) }
        return fields
    }

    @Test("a token is put into the context; without one, or with a wrong one, the answer is that of RFC 6750")
    func requests() async throws {
        let good = try Draft(issuer: stubIssuer).signed(by: issuer)
        let expired = try Draft(issuer: stubIssuer).claim("exp", "1").signed(by: issuer)
        let refused = { (reason: String) in #"Bearer error="invalid_token", error_description="\#(reason)""# }
        let cases: [(path: String, values: [String], status: HTTPResponse.Status, body: String?, challenge: String?)] =
            [
                ("/members", ["Bearer \(good)"], .ok, "7", nil), ("/members", ["bEARER  \(good)"], .ok, "7", nil),
                ("/anybody", ["Bearer \(good)"], .ok, "7", nil), ("/anybody", [], .ok, "nobody", nil),
                ("/members", [], .unauthorized, nil, "Bearer"), ("/late", [], .unauthorized, nil, "Bearer"),
                ("/members", ["Basic YTpi"], .unauthorized, nil, "Bearer"),
                ("/anybody", ["Basic YTpi"], .ok, "nobody", nil),
                ("/anybody", ["Basic YTpi", "Bearer \(good)"], .unauthorized, nil, refused("malformed")),
                ("/members", [""], .unauthorized, nil, "Bearer"),
                ("/members", ["Bearer"], .unauthorized, nil, refused("malformed")),
                ("/members", ["Bearer \(good) x"], .unauthorized, nil, refused("malformed")),
                ("/members", ["Bearer \(good)", "Bearer \(good)"], .unauthorized, nil, refused("malformed")),
                ("/members", ["Bearer \(expired)"], .unauthorized, nil, refused("expired")),
                ("/anybody", ["Bearer \(expired)"], .unauthorized, nil, refused("expired")),
            ]
        try await application().test(.router) { client in
            for each in cases {
                try await client.execute(uri: each.path, method: .get, headers: Self.headers(each.values)) { answer in
                    #expect(answer.status == each.status, "\(each.path) \(each.values)")
                    if let body = each.body { #expect(String(buffer: answer.body) == body) }
                    #expect(answer.headers[.wwwAuthenticate] == each.challenge)
                }
            }
        }
    }

    @Test("while nobody can say the answer is 503, which logs nobody out")
    func unavailable() async throws {
        isAway.set(true)
        let good = try Draft(issuer: stubIssuer).signed(by: issuer)
        try await application().test(.router) { client in
            try await client.execute(uri: "/members", method: .get, headers: Self.headers(["Bearer \(good)"])) {
                answer in
                #expect(answer.status == .serviceUnavailable && answer.headers[.retryAfter] == "5")
                #expect(answer.headers[.wwwAuthenticate] == nil)
            }
        }
    }

    @Test("as a service of an application it follows the feed, and ends with it")
    func service() async throws {
        let polls = Switch(0)
        let keys = try issuer.keySet()
        let transport = StubTransport { [issuer] request, _ in
            if request.url.hasSuffix("jwks.json") { return .text(200, keys) }
            polls.change { $0 += 1 }
            if request.url.contains("after=") { try await Task.sleep(for: .seconds(60)) }
            return .text(200, try FeedModel(issuer: stubIssuer).page(after: nil).signed(by: issuer))
        }
        let verifier = try TokenVerifier(
            issuer: stubIssuer, audience: ["notes"], feed: RevocationFeed(clientID: "notes", secret: "s3cret"),
            transport: transport)
        var application = Application(router: Router(context: BasicVerifiedRequestContext.self))
        application.addServices(verifier)
        try await application.test(.live) { _ in
            let deadline = Deadline(20)
            while !verifier.isFresh, !deadline.passed { try await Task.sleep(for: .milliseconds(5)) }
            #expect(verifier.isFresh)
        }
        #expect(polls.value >= 1)
    }
}
