// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryTestSupport
import Testing

@testable import OstiaryClient

@Suite(.timeLimit(.minutes(5))) struct RefreshTests {
    /// The access token of the login is refused; that of a refresh is taken.
    private static func server(_ refresh: @escaping StubTransport.Handler) -> StubTransport {
        StubTransport { request, number in
            switch request.path {
            case "/api/login/": return .pair(0)
            case "/api/refresh/": return try refresh(request, number)
            case "/api/logout/": return .json(200, "{}")
            default:
                let bearer = request.headerFields[.authorization] ?? ""
                return bearer == "Bearer access0" ? .problem(401, "token_expired") : .json(200, bearer)
            }
        }
    }

    @Test("eight tasks share one refresh, and all get an answer to the new token")
    func together() async throws {
        let transport = Self.server { _, number in .pair(number + 1) }
        let client = try makeClient(transport)
        try await client.login(email: "a", password: "b")
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await client.send(.get("/notes/")).text } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(texts == Array(repeating: "Bearer access1", count: 8))
        #expect(transport.refreshes.count == 1)
    }

    @Test("the same token goes out with the same key until it is answered, the next one with another")
    func sameKey() async throws {
        struct Lost: Error {}
        let refusal = #"{"error":"Invalid refresh token"}"#
        let answers: [Result<OstiaryClient.Answer, Lost>] = [
            .failure(Lost()), .success(.json(503, "{}")), .success(.json(429, "<html>")),
            .success(.json(401, refusal)), .success(.json(200, "{}")),
            // Beyond the tries of the first call.
            .success(.json(500, refusal)),
            .success(.json(400, #"{"detail":"Invalid refresh token"}"#)), .success(.problem(400, "invalid_fields")),
            .success(.json(200, #"{"access_token":"a b","refresh_token":"c"}"#)),
        ]
        let transport = Self.server { _, number in
            number < answers.count ? try answers[number].get() : .pair(number)
        }
        let storage = MemoryStorage()
        let client = try makeClient(transport, storage: storage)
        try await client.login(email: "a", password: "b")
        let held = try #require(try storage.read())
        #expect(held.key.utf8.count == 32)
        await #expect(throws: ClientError.refused(ServerRefusal(.json(500, refusal)))) {
            try await client.send(.get("/notes/"))
        }
        #expect(try storage.read() == held, "only a refusal by name ends a session")
        #expect(try await client.send(.get("/notes/")).status == 200)
        #expect(transport.refreshes.count == 10)
        #expect(Set(transport.refreshes) == [#"{"refresh_token":"refresh0"} \#(held.key)"#])
        _ = try await client.accessToken(refused: "access9")
        #expect(Set(transport.refreshes).count == 2)
        #expect(try storage.read()?.key != held.key)
    }

    @Test(
        "a refusal by name ends the session, and is told with its cause",
        arguments: [
            OstiaryClient.Answer.json(400, #"{"error":"Invalid refresh token"}"#),
            .problem(400, "invalid_refresh_token"),
        ])
    func ended(_ answer: OstiaryClient.Answer) async throws {
        let transport = Self.server { _, _ in answer }
        let storage = MemoryStorage()
        let client = try makeClient(transport, storage: storage)
        var changes = client.changes.makeAsyncIterator()
        try await client.login(email: "a", password: "b")
        await #expect(throws: ClientError.signedOut) { try await client.send(.get("/notes/")) }
        #expect(try storage.read() == nil && transport.refreshes.count == 1)
        await #expect(throws: ClientError.signedOut) { try await client.send(.get("/notes/")) }
        #expect(transport.requests("/notes/").count == 1, "nothing is left to send")
        try await client.login(email: "a", password: "b")
        try await client.logout()
        try await client.login(email: "a", password: "b")
        try storage.write(nil)
        #expect(try !client.isSignedIn)
        var told: [SessionChange] = []
        for _ in 0..<6 { if let change = await changes.next() { told.append(change) } }
        #expect(
            told == [
                .signedIn, .signedOut(.ended), .signedIn, .signedOut(.loggedOut), .signedIn, .signedOut(.elsewhere),
            ])
    }

    @Test("a refusal that is not about the token is no cause for a refresh")
    func others() async throws {
        let codes = ["invalid_credentials", "mfa_required", "step_up_required", "fresh_login_required"]
        let transport = StubTransport { request, _ in
            if request.path == "/api/login/" { return .pair(0) }
            let code = request.path.dropFirst()
            return .problem(code == "fresh_login_required" ? 403 : 401, String(code))
        }
        let client = try makeClient(transport)
        try await client.login(email: "a", password: "b")
        for code in codes { #expect(try await client.send(.get("/\(code)")).refusal?.codeText == code) }
        #expect(transport.refreshes.isEmpty)
        let answer = try await client.send(.get("/fresh_login_required"))
        let refusal = try #require(answer.refusal)
        #expect(throws: ClientError.freshLoginRequired(refusal)) { try answer.checked() }
    }

    @Test(
        "Retry-After is waited for, a minute at most, and one that is no number is not", arguments: ["1", "soon", "-1"])
    func retryAfter(_ value: String) async throws {
        let transport = Self.server { _, number in
            number == 0 ? .json(503, "{}", [.retryAfter: value]) : .pair(number)
        }
        let client = try makeClient(transport)
        try await client.login(email: "a", password: "b")
        let start = ContinuousClock.now
        #expect(try await client.send(.get("/notes/")).status == 200)
        #expect(transport.refreshes.count == 2)
        if value == "1" { #expect(ContinuousClock.now - start >= .seconds(1)) }
        #expect(OstiaryClient.Answer.json(503, "", [.retryAfter: "99999999999999999999"]).retryAfter == nil)
    }

    @Test("a task that is cancelled while it waits lets the others go on, and one that refreshes gives its turn away")
    func cancelled() async throws {
        let transport = Self.server { _, number in number < 3 ? .json(503, "{}") : .pair(number) }
        let client = try makeClient(transport)
        try await client.login(email: "a", password: "b")
        let tasks = (0..<8).map { _ in Task { try await client.send(.get("/notes/")).status } }
        while transport.refreshes.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        for task in tasks.dropLast() { task.cancel() }
        #expect(try await tasks[7].value == 200)
        for task in tasks.dropLast() {
            if case .failure(let error) = await task.result { #expect(error is CancellationError) }
        }
        #expect(Set(transport.refreshes).count == 1)
    }
}
