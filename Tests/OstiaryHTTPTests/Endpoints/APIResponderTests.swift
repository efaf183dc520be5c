// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import OstiaryCore
import OstiaryTestKit
import Testing

@testable import OstiaryHTTP

@Suite("The API, asked through its router")
struct APIResponderTests {
    private let account = #"{"email":"first@example.com","password":"securepassword"}"#

    @Test("the whole flow")
    func flow() async throws {
        let api = try TestAPI()
        #expect(
            try await api.ask(.post, "/api/register/", json: account).body
                == #"{"id":1,"username":"","email":"first@example.com"}"#
        )
        let login = try await api.ask(.post, "/api/login/", json: account)
        let tokens = try JSONReader.read(Array(login.body.utf8))
        guard case .object(let object) = tokens, case .string(let access) = object["access_token"],
            case .string(let refresh) = object["refresh_token"]
        else {
            Issue.record("no tokens: \(login.body)")
            return
        }
        let me = try await api.ask(.get, "/api/me", headers: [.authorization: "bearer \(access.text)"])
        #expect(me.status == 200 && me.headers[.allow] == "GET, PUT, HEAD, OPTIONS")
        let head = try await api.ask(.head, "/api/me/", headers: [.authorization: "Bearer \(access.text)"])
        #expect(head.status == 200 && head.body.isEmpty && head.headers[.contentLength] == "50")
        let body = #"{"refresh_token":"\#(refresh.text)"}"#
        #expect(try await api.ask(.post, "/api/logout/", json: body).body == #"{"success":"User logged out."}"#)
        #expect(try await api.ask(.post, "/api/refresh/", json: body).body == #"{"error":"Invalid refresh token"}"#)
        let after = try await api.ask(.get, "/api/me/", headers: [.authorization: "Bearer \(access.text)"])
        #expect(after.status == 401)
        #expect(after.headers[.wwwAuthenticate] == #"Bearer realm="api", error="invalid_token""#)
    }

    @Test("a storage that does not answer is 503 with Retry-After, never 401 or 500")
    func unavailable() async throws {
        let api = try TestAPI(sessions: FailingSessions(error: StoreUnavailable(reason: "test")))
        _ = try await api.ask(.post, "/api/register/", json: account)
        let token = #"{"refresh_token":"00000000-0000-0000-0000-000000000007"}"#
        for (path, body) in [("/api/login/", account), ("/api/refresh/", token), ("/api/logout/", token)] {
            let answer = try await api.ask(.post, path, json: body)
            #expect(answer.status == 503)
            #expect(answer.body == #"{"detail":"Service temporarily unavailable."}"#)
            #expect(answer.headers[.retryAfter] == "1")
        }
    }

    @Test("too much waiting is 503; anything unforeseen is 500 without a word about it")
    func otherFailures() async throws {
        struct Unforeseen: Error { let secret = "internal detail" }
        let overloaded = try TestAPI(sessions: FailingSessions(error: Overloaded()))
        let token = #"{"refresh_token":"00000000-0000-0000-0000-000000000007"}"#
        #expect(try await overloaded.ask(.post, "/api/refresh/", json: token).status == 503)
        let broken = try TestAPI(sessions: FailingSessions(error: Unforeseen()))
        let answer = try await broken.ask(.post, "/api/refresh/", json: token)
        #expect(answer.status == 500 && answer.body == #"{"detail":"Internal server error."}"#)
    }

    @Test("an endpoint needs a token unless it says that it is public")
    func security() async throws {
        let closed = Endpoint(APIOperation(.get, "/api/closed/", name: "Closed")) { _, _ in Answer { $0.null() } }
        let open = Endpoint.public(APIOperation(.get, "/api/open/", name: "Open", security: .public)) { _ in
            Answer { $0.null() }
        }
        let api = try TestAPI(extra: [closed, open])
        #expect(closed.security == .bearer && open.security == .public)
        #expect(try await api.ask(.get, "/api/closed/").status == 401)
        #expect(try await api.ask(.get, "/api/open/", headers: [.authorization: "Bearer stale"]).status == 200)
        #expect(try await api.ask(.get, "/").body.contains(#""closed":"/api/closed/""#))
    }

    @Test("problem details carry the same status and a code")
    func problem() async throws {
        let api = try TestAPI()
        let answer = try await api.ask(
            .post, "/api/register/", headers: [.accept: "application/problem+json"], json: #"{"password":"x"}"#
        )
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(
            answer.body
                == #"{"type":"/docs/errors/#invalid_fields","title":"Invalid fields","status":400,"code":"invalid_fields","#
                + #""errors":{"email":[{"code":"required","message":"This field is required."}]}}"#
        )
        let success = try await api.ask(
            .post, "/api/register/", headers: [.accept: "application/problem+json"], json: account
        )
        #expect(success.status == 200 && success.headers[.contentType] == "application/json")
    }

    @Test("the body's length is bounded in bytes")
    func bodyLimit() async throws {
        let api = try TestAPI()
        let padding = String(repeating: " ", count: 65_536 - account.utf8.count)
        #expect(try await api.ask(.post, "/api/register/", json: account + padding).status == 200)
        let answer = try await api.ask(.post, "/api/register/", json: account + padding + " ")
        #expect(answer.status == 413 && answer.body == #"{"detail":"Request body is too large."}"#)
    }

    @Test(
        "the client's address is counted from the end of X-Forwarded-For",
        arguments: [
            (0, "198.51.100.1", "192.0.2.9"), (1, "203.0.113.5, 198.51.100.1", "198.51.100.1"),
            (2, "203.0.113.5, 198.51.100.1", "203.0.113.5"), (3, "203.0.113.5, 198.51.100.1", "192.0.2.9"),
            (1, "garbage", "192.0.2.9"), (1, "2001:DB8::1", "2001:db8::1"), (1, "", "192.0.2.9"),
            // Glued to the comma behind it, where text is split by grapheme clusters.
            (1, "9.9.9.9 \u{600}, 198.51.100.1", "198.51.100.1"), (1, "9.9.9.9\u{8E2},198.51.100.1", "198.51.100.1"),
            (2, "9.9.9.9 \u{110BD}, 203.0.113.5, 198.51.100.1", "203.0.113.5"),
            (1, "203.0.113.7:5123", "203.0.113.7"), (1, "[2001:db8::1]:5123", "2001:db8::1"),
            (1, "[2001:db8::1]", "2001:db8::1"), (1, "9.9.9.9 198.51.100.1", "192.0.2.9"),
            (1, "203.0.113.7:", "192.0.2.9"), (1, "203.0.113.7:512345", "192.0.2.9"), (1, "[203.0.113.7]", "192.0.2.9"),
            (1, "[2001:db8::1]x", "192.0.2.9"), (1, "198.51.100.1\u{600}", "192.0.2.9"),
            (1, ", \t198.51.100.1\t ", "198.51.100.1"),
        ])
    func clientAddress(_ hops: Int, _ header: String, _ expected: String) throws {
        let request = IncomingRequest(
            .get, "/", fields: [.xForwardedFor: header], peer: try SocketAddress(ipAddress: "192.0.2.9", port: 1))
        #expect(ClientAddress(trustedHops: hops).address(of: request)?.description == expected)
    }
}

/// Fails at whatever it is asked.
private struct FailingSessions<Failure: Error>: SessionStore {
    let error: Failure

    func open(_ session: NewSession, in context: RequestContext) async throws -> SessionOpening { throw error }
    func session(of token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionID? { throw error }
    func status(of token: RefreshTokenDigest, in context: RequestContext) async throws -> RefreshTokenStatus? {
        throw error
    }
    func rotate(_ rotation: Rotation, in context: RequestContext) async throws -> RotationOutcome { throw error }
    func end(token: RefreshTokenDigest, in context: RequestContext) async throws -> SessionEnding { throw error }
    func countLive(
        startedBy moment: Timestamp, limit: Int, in context: RequestContext
    ) async throws -> BoundedCount {
        throw error
    }
    func standing(session: SessionID?, user: User.ID, in context: RequestContext) async throws -> SessionStatus? {
        throw error
    }
    func recordActivity(_ uses: [SessionActivity]) async throws { throw error }
    func deleteExpired(at now: Timestamp, limit: Int) async throws -> Int { throw error }
    func list(
        of user: User.ID, after last: SessionID?, limit: Int, in context: RequestContext
    ) async throws -> [SessionRecord] {
        throw error
    }
    func sessions(_ query: SessionQuery, in context: RequestContext) async throws -> ListPage<ListedSession> {
        throw error
    }
    func end(_ session: SessionID, of user: User.ID, in context: RequestContext) async throws -> Bool { throw error }
    func end(_ sessions: [SessionID], in context: RequestContext) async throws -> ActionCounts { throw error }
    func endAll(of user: User.ID, but kept: SessionID?, in context: RequestContext) async throws -> Int { throw error }
    func changePassword(
        to encoded: String, opening session: NewSession, in context: RequestContext
    ) async throws -> SessionOpening {
        throw error
    }
}
