// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// Accounts of another system on PostgreSQL, whose sequence knows nothing of ids that were taken over.
@Suite("Imports on PostgreSQL", .onItsOwnThread) struct PostgresImportTests {
    private static func account(_ email: String, id: Int64) throws -> ImportedAccount {
        let record: JSONValue = [
            "id": .number(JSONNumber(id)), "email": JSONValue(email), "last_login": "2023-11-14T22:13:20Z",
            "email_verified": true,
        ]
        guard case .object(let fields) = record else { throw Failure("no object") }
        return try ImportedAccount(fields, keepsID: true)
    }

    @Test("ids are taken over, taken addresses are left out, and the next id follows")
    func ids() async throws {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try await server.migrated(), .unhurried)
        defer { database.close() }
        let (store, accounts) = (SQLImportStore(database: database), SQLAccountStore(database: database))
        let context = RequestContext(actor: .operator("root"), now: Timestamp.now())
        let outcomes = try await store.create(
            [
                Self.account("ada@example.com", id: 7_000), Self.account("ADA@example.com", id: 7_001),
                Self.account("bob@example.com", id: 7_000), Self.account("carl@example.com", id: 9_000),
            ], in: context)
        #expect(outcomes.map { $0 == nil } == [true, false, false, true])
        try await store.followIDs()
        guard
            case .created(let made) = try await accounts.create(
                NewUser(email: try #require(EmailAddress("eve@example.com")), encodedPassword: "!"), in: context)
        else { throw Failure("not created") }
        #expect(made.id == 9_001)
        let carl = try #require(try await accounts.user(id: 9_000, in: context))
        #expect(carl.isEmailVerified && carl.lastLogin == Timestamp(seconds: 1_700_000_000))
    }
}
