// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// Django's tables while a migration changes them.
@Suite("Tables of Django while it migrates", .serialized, .onItsOwnThread)
struct AdoptedConditionTests {
    @Test("migrations widen, add, rename and drop columns although there is a trigger, and statements go on")
    func altered() async throws {
        let storage = try await AdoptedStorage(.postgres, columns: ", \"extra\" integer NULL", changes: .trigger)
        defer { storage.close() }
        try storage.add("first@example.com")
        let user = try await storage.id(of: "first@example.com")
        #expect(try await storage.adoptions.makeTrigger())
        let email = try #require(EmailAddress("FIRST@example.com"))
        // On each connection of the pool, which has prepared the statement then.
        func read() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        let record = try await storage.stores.accounts.credential(email: email)
                        #expect(record?.user.id == user)
                    }
                }
                try await group.waitForAll()
            }
        }
        try await read()
        for statement in [
            "ALTER TABLE auth_api_customuser ALTER COLUMN email TYPE varchar(320)",
            "ALTER TABLE auth_api_customuser ALTER COLUMN password TYPE varchar(256)",
            "ALTER TABLE auth_api_customuser ADD COLUMN phone varchar(20) NULL",
            "ALTER TABLE auth_api_customuser DROP COLUMN extra",
        ] {
            try storage.script(statement)
            try await read()
            #expect(try await storage.adoptions.triggerNumber() != nil, "\(statement)")
            try await storage.run("UPDATE auth_api_customuser SET username = username || 'x'")
        }
        #expect(try await storage.adoptions.condition() == AdoptedCondition())
        try storage.script("ALTER TABLE auth_api_customuser RENAME COLUMN first_name TO given_name")
        #expect(try await storage.adoptions.condition().missing == ["auth_api_customuser.first_name"])
        // Django's own writes do not fail by the trigger.
        try await storage.run("UPDATE auth_api_customuser SET username = 'y'")
        try storage.script("ALTER TABLE auth_api_customuser DROP COLUMN given_name")
        try await storage.run("UPDATE auth_api_customuser SET username = 'z'")
    }

    @Test("a table or column that is gone is told, and back when it is")
    func condition() async throws {
        try await onBothEngines(tokens: .shared) { storage in
            #expect(try await storage.adoptions.condition() == AdoptedCondition(), "\(storage.engine)")
            let changes: [(there: String, back: String, missing: [String])] = [
                (
                    "ALTER TABLE auth_api_customuser RENAME COLUMN is_staff TO staff",
                    "ALTER TABLE auth_api_customuser RENAME COLUMN staff TO is_staff", ["auth_api_customuser.is_staff"]
                ),
                (
                    "ALTER TABLE auth_api_refreshtoken RENAME TO tokens",
                    "ALTER TABLE tokens RENAME TO auth_api_refreshtoken",
                    ["auth_api_refreshtoken"]
                ),
                (
                    "ALTER TABLE auth_api_customuser RENAME TO people",
                    "ALTER TABLE people RENAME TO auth_api_customuser",
                    ["auth_api_customuser"]
                ),
            ]
            try storage.add("first@example.com")
            let email = try #require(EmailAddress("first@example.com"))
            for change in changes {
                try storage.script(change.there)
                #expect(try await storage.adoptions.condition().missing == change.missing)
                await #expect(throws: StoreUnavailable.self) {
                    _ = try await storage.stores.accounts.credential(email: email)
                    _ = try await storage.exchange(1, for: 2)
                }
                try storage.script(change.back)
                #expect(try await storage.adoptions.condition().missing == [])
                #expect(try await storage.stores.accounts.credential(email: email) != nil)
            }
            let missing = try await storage.adoptions.condition().missingIndexes
            #expect(missing == [], "\(storage.engine)")
        }
    }

    @Test("an index that a broken build has left is built anew")
    func invalidIndex() async throws {
        let storage = try await AdoptedStorage(.postgres)
        defer { storage.close() }
        try storage.script(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ostiary_user_name'::regclass")
        #expect(try await storage.adoptions.condition().missingIndexes == ["ostiary_user_name"])
        try await storage.adoptions.build(["ostiary_user_name"])
        #expect(try await storage.adoptions.condition() == AdoptedCondition())
    }
}
