// SPDX-License-Identifier: Apache-2.0

import Ostiary
import OstiaryTesting
import Synchronization
import Testing

extension Migration {
    /// A table of an application.
    static let welcomes = Migration(name: "welcomes_0001") { _ in
        [
            "CREATE TABLE welcome (user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE, email TEXT UNIQUE)"
        ]
    }
}

/// Hooks of an application, on a real database.
@Suite struct HookTests {
    private struct Nonsense: Error {}

    private func instance(_ prepare: (Ostiary) -> Void) async throws -> TestOstiary {
        var options = Ostiary.Options.quiet
        options.features = [Feature(migrations: [.welcomes])]
        return try await TestOstiary(options, prepare: prepare)
    }

    private func count(_ test: TestOstiary, _ table: StaticString) async throws -> Int64 {
        try await test.ostiary.read { try $0.run("SELECT count(*) FROM \(raw: table)")[0].integer(0) }
    }

    private func register(_ test: TestOstiary, _ email: String) async throws -> RegistrationService.Outcome {
        let address = try #require(EmailAddress(email))
        return try await test.ostiary.services.registration.register(
            email: address, password: "a long enough phrase", in: test.ostiary.context(by: .client))
    }

    @Test("rows of a hook are kept with the account, and go with it")
    func rows() async throws {
        let test = try await instance { ostiary in
            ostiary.on(.registered) { user, transaction in
                try transaction.execute("INSERT INTO welcome VALUES (\(user.id), \(user.email))")
            }
        }
        guard case .registered(let user) = try await register(test, "ada@example.com") else {
            Issue.record("not registered")
            return
        }
        let emails = try await test.ostiary.read { try $0.run("SELECT email FROM welcome").map { try $0.text(0) } }
        #expect(emails == ["ada@example.com"])
        try await test.ostiary.services.administration.accounts.delete(id: user.id, in: test.ostiary.context())
        #expect(try await count(test, "welcome") == 0)
        await test.end()
    }

    @Test("a hook that throws leaves neither an account nor rows of its own")
    func refusal() async throws {
        let test = try await instance { ostiary in
            ostiary.on(.registered) { user, transaction in
                try transaction.execute("INSERT INTO welcome VALUES (\(user.id), \(user.email))")
                throw Nonsense()
            }
        }
        await #expect(throws: Nonsense.self) { _ = try await register(test, "ada@example.com") }
        #expect(try await count(test, "ostiary_user") == 0)
        #expect(try await count(test, "welcome") == 0)
        #expect(try await count(test, "ostiary_audit WHERE event = 'registered'") == 0)
        await test.end()
    }

    @Test("a constraint that a hook breaks is not taken for a taken address")
    func constraint() async throws {
        let test = try await instance { ostiary in
            ostiary.on(.registered, name: "welcome") { user, transaction in
                try transaction.execute("INSERT INTO welcome VALUES (\(user.id), 'the same')")
            }
        }
        _ = try await register(test, "ada@example.com")
        let failure = await #expect(throws: HookFailure.self) { _ = try await register(test, "bob@example.com") }
        #expect(failure?.hook == "welcome")
        #expect(try await count(test, "ostiary_user") == 1)
        await test.end()
    }

    @Test("a hook's own audit entries run no hook")
    func recursion() async throws {
        let calls = Atomic(0)
        let test = try await instance { ostiary in
            ostiary.on(.registered) { user, transaction in
                calls.add(1, ordering: .relaxed)
                let context = RequestContext(actor: .system, now: Timestamp.now())
                try transaction.record(AuditEntry(.registered, of: user.id, in: context))
            }
        }
        _ = try await register(test, "ada@example.com")
        #expect(calls.load(ordering: .relaxed) == 1)
        await test.end()
    }

    @Test("a login that a hook refuses opens no session")
    func login() async throws {
        let test = try await instance { ostiary in ostiary.on(.loggedIn) { _, _ in throw Nonsense() } }
        let user = try await test.user("ada@example.com")
        await #expect(throws: Nonsense.self) { _ = try await test.loginAs(user) }
        #expect(try await count(test, "ostiary_session") == 0)
        await test.end()
    }

    @Test("hooks after the commit run in its order, also for a stolen token")
    func after() async throws {
        let (events, continuation) = AsyncStream<String>.makeStream()
        let test = try await instance { ostiary in
            for event in [AuditEvent.accountCreated, .loggedIn, .refreshTokenReplayed] {
                ostiary.after(event) { continuation.yield("\($0.entry.event) \($0.user?.email ?? "nobody")") }
            }
        }
        let user = try await test.user("ada@example.com")
        let pair = try await test.loginAs(user)
        let (refresh, token) = (test.ostiary.services.refresh, try #require(RefreshToken(pair.refreshToken)))
        _ = try await refresh.refresh(token, in: test.ostiary.context(by: .client))
        test.clock.advance(seconds: 120)
        let stolen = try await refresh.refresh(token, in: test.ostiary.context(by: .client))
        #expect(stolen == nil)
        var heard: [String] = []
        for await event in events {
            heard.append(event)
            if heard.count == 3 { break }
        }
        let all = ["account_created", "logged_in", "refresh_token_replayed"]
        #expect(heard == all.map { "\($0) ada@example.com" })
        await test.end()
    }
}
