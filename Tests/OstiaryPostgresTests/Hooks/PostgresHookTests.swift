// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// Hooks of an application in transactions of PostgreSQL, which cannot go on after the error of a constraint.
@Suite("Hooks on PostgreSQL", .onItsOwnThread) struct PostgresHookTests {
    private struct Nonsense: Error {}

    private let server: PostgresServer
    private let name: String
    private let hooks = TransactionHooks { _, _ in }
    private let accounts: SQLAccountStore

    init() async throws {
        server = try PostgresServer.shared.get()
        name = try await server.migrated()
        _ = try server.query("CREATE TABLE welcome (user_id BIGINT NOT NULL, email TEXT UNIQUE)", in: name)
        let database = try server.open(name, .unhurried)
        accounts = SQLAccountStore(database: HookedDatabase(database, hooks: hooks))
    }

    private func create(_ email: String) async throws -> AccountCreation {
        let address = try #require(EmailAddress(email))
        return try await accounts.create(
            NewUser(email: address, encodedPassword: "!\(email)"),
            in: RequestContext(actor: .client, now: Timestamp.now()))
    }

    private func counts() throws -> [String] {
        try ["ostiary_user", "welcome", "ostiary_audit"].map {
            try server.query("SELECT count(*) FROM \($0)", in: name)
        }
    }

    @Test("rows of a hook are kept or dropped with the account")
    func rows() async throws {
        hooks.add("welcome", at: .registered) { user, transaction in
            try transaction.execute("INSERT INTO welcome VALUES (\(user.id), \(user.email))")
            if user.email.hasPrefix("eve") { throw Nonsense() }
        }
        guard case .created = try await create("ada@example.com") else { throw Failure("not created") }
        await #expect(throws: Nonsense.self) { _ = try await create("eve@example.com") }
        #expect(try counts() == ["1", "1", "1"])
    }

    @Test("a constraint that a hook breaks is its own fault, and a taken address is a taken address")
    func constraint() async throws {
        hooks.add("welcome", at: .registered) { user, transaction in
            try transaction.execute("INSERT INTO welcome VALUES (\(user.id), 'the same')")
        }
        _ = try await create("ada@example.com")
        #expect(try await create("ada@example.com") == .emailTaken)
        let failure = await #expect(throws: HookFailure.self) { _ = try await create("bob@example.com") }
        #expect(failure?.hook == "welcome")
        #expect(try counts() == ["1", "1", "1"])
    }
}
