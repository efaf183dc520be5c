// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

/// The trigger by which changes of Django are announced, and Django's migrations, on both engines.
@Suite("Triggers and migrations of Django", .serialized, .onItsOwnThread)
struct AdoptedTriggerTests {
    private final class Hold: Sendable {
        let hasBegun = Atomic(false)
        let mayEnd = Atomic(false)
    }

    private func adopted(
        _ engine: DjangoSchema.Engine, columns: String = "", _ body: (AdoptedStorage, User.ID) async throws -> Void
    ) async throws {
        let storage = try await AdoptedStorage(engine, columns: columns, changes: .trigger)
        defer { storage.close() }
        try storage.add("first@example.com")
        try await body(storage, storage.id(of: "first@example.com"))
    }

    @Test("a change or deletion by Django is heard, a login there is not", arguments: DjangoSchema.Engine.allCases)
    func announcements(engine: DjangoSchema.Engine) async throws {
        try await adopted(engine, columns: ", \"visits\" integer NULL") { storage, user in
            #expect(try await storage.adoptions.makeTrigger())
            #expect(try await !storage.adoptions.makeTrigger(), "it is there")
            let ear = try Ear(storage)
            defer { ear.stop() }
            try await eventually { ear.holdsLease && ear.heard.resets == 1 }
            var count = 0
            for query: SQLQuery in [
                "UPDATE auth_api_customuser SET is_active = \(false)",
                "UPDATE auth_api_customuser SET email = 'x@example.com'",
                "UPDATE auth_api_customuser SET username = 'x'", "UPDATE auth_api_customuser SET first_name = 'x'",
                "UPDATE auth_api_customuser SET last_name = 'x'", "UPDATE auth_api_customuser SET is_staff = \(true)",
                "UPDATE auth_api_customuser SET is_superuser = \(true)",
                "UPDATE auth_api_customuser SET password = 'x'",
            ] {
                // Neither of these is announced; as Django writes it, each row has all columns.
                try await storage.run("UPDATE auth_api_customuser SET last_login = \(moment: AdoptedStorage.start)")
                try await storage.run("UPDATE auth_api_customuser SET visits = COALESCE(visits, 0) + 1")
                try await storage.run(
                    "UPDATE auth_api_customuser SET email = email, username = username, is_active = is_active")
                try await storage.run(query)
                count += 1
                try await eventually { ear.heard.changes.count >= count }
                #expect(ear.heard.changes == Array(repeating: "user \(user)", count: count))
            }
            try await storage.run("DELETE FROM auth_api_customuser")
            try await eventually { ear.heard.changes.count > count }
            #expect(ear.heard.changes == Array(repeating: "user \(user)", count: count + 1))
            #expect(ear.heard.resets == 1)
            // The names of the feed are those that the product reads.
            let known = ear.heard.changes.map { text -> Change? in
                Change(StoredChange(payload: text))
            }
            #expect(known.allSatisfy { $0 == .user(user) })
        }
    }

    // MARK: - SQLite

    /// As `migrate` makes a table anew: `AddField` and `AlterField` of Django 5.
    private static let remaking = """
        PRAGMA foreign_keys = OFF;
        BEGIN IMMEDIATE;
        CREATE TABLE "new__auth_api_customuser" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL,
            "username" varchar(150) NOT NULL, "first_name" varchar(150) NOT NULL, "last_name" varchar(150) NOT NULL,
            "is_active" bool NOT NULL, "is_staff" bool NOT NULL, "phone" varchar(20) NULL,
            "email" varchar(320) NOT NULL UNIQUE);
        INSERT INTO "new__auth_api_customuser" ("id", "password", "last_login", "is_superuser", "username", "first_name",
            "last_name", "is_active", "is_staff", "email", "phone")
        SELECT "id", "password", "last_login", "is_superuser", "username", "first_name", "last_name", "is_active",
            "is_staff", "email", NULL FROM "auth_api_customuser";
        DROP TABLE "auth_api_customuser";
        ALTER TABLE "new__auth_api_customuser" RENAME TO "auth_api_customuser";
        COMMIT
        """

    @Test("a migration that makes the table anew ends the trust in the trigger at once, until it is made again")
    func remade() async throws {
        try await adopted(.sqlite) { storage, user in
            let ear = try Ear(storage)
            defer { ear.stop() }
            try await eventually { ear.holdsLease }
            #expect(!ear.provesTrigger)
            #expect(try await storage.adoptions.makeTrigger())
            try await eventually { ear.provesTrigger }
            #expect(ear.holdsLease)
            let resets = ear.heard.resets
            #expect(resets >= 2, "changes from before the trigger may have been missed")

            _ = try await storage.stores.accounts.credential(email: #require(EmailAddress("FIRST@example.com")))
            try storage.script(Self.remaking)
            try await eventually { !ear.provesTrigger }
            #expect(ear.holdsLease, "the changes of the product are heard")
            let condition = try await storage.adoptions.condition()
            #expect(condition.missing == [])
            #expect(condition.missingIndexes.first == "ostiary_user_email")
            #expect(condition.missingIndexes.count == 6)
            // Statements go on without them, on the connections that are open.
            let exact = try #require(EmailAddress("first@example.com"))
            #expect(try await storage.stores.accounts.credential(email: exact)?.user.id == user)
            #expect(try await storage.open(1, for: user) == .opened(OpenedSession()))
            guard
                case .created = try await storage.stores.accounts.create(
                    NewUser(email: #require(EmailAddress("new@example.com")), encodedPassword: "encoded"))
            else {
                Issue.record("not created")
                return
            }

            try await storage.adoptions.build(condition.missingIndexes)
            #expect(try await storage.adoptions.condition() == AdoptedCondition())
            #expect(!ear.provesTrigger)
            #expect(try await storage.adoptions.makeTrigger())
            try await eventually { ear.provesTrigger }
            #expect(ear.heard.resets > resets)
            let heard = ear.heard.changes.count
            try await storage.run("UPDATE auth_api_customuser SET is_active = \(false) WHERE id = \(user)")
            try await eventually { ear.heard.changes.count > heard }
            #expect(try await storage.run("PRAGMA foreign_key_check").isEmpty)
        }
    }

    @Test("a trigger that was dropped and made again between two looks makes them forget everything")
    func renewed() async throws {
        try await adopted(.sqlite) { storage, user in
            let trigger = try #require(storage.adoptions.trigger)
            _ = try await storage.adoptions.makeTrigger()
            var feed = SQLiteChangeFeed(path: storage.place, proving: trigger)
            #expect(try feed.look() == .everything && feed.hasTrigger)
            #expect(try feed.look() == .some([]))
            try await storage.run("UPDATE auth_api_customuser SET is_active = \(false)")
            #expect(try feed.look() == .some([StoredChange(kind: "user", subject: "\(user)")]))
            let texts = trigger.texts
            let drop = texts.map { "DROP TRIGGER \($0.name);" }.joined()
            let make = texts.map { "\($0.text);" }.joined()
            try storage.script(drop)
            try storage.script("UPDATE auth_api_customuser SET is_active = 1")
            try storage.script(make)
            #expect(try feed.look() == .everything && feed.hasTrigger)
            // Each other trigger of these names is none.
            try storage.script(drop)
            #expect(try feed.look() == .some([]) && !feed.hasTrigger)
            try storage.script(
                texts.map { "\($0.text.replacing("INSERT INTO ostiary_change", with: "REPLACE INTO ostiary_change"));" }
                    .joined())
            #expect(try feed.look() == .some([]) && !feed.hasTrigger)
            #expect(try await storage.adoptions.makeTrigger())
            #expect(try feed.look() == .everything && feed.hasTrigger)
        }
    }

    @Test("columns are added, renamed and dropped in place although there is a trigger")
    func inPlace() async throws {
        try await adopted(.sqlite, columns: ", \"extra\" integer NULL") { storage, user in
            _ = try await storage.adoptions.makeTrigger()
            try storage.script(
                """
                ALTER TABLE auth_api_customuser ADD COLUMN phone varchar(20) NULL;
                ALTER TABLE auth_api_customuser DROP COLUMN extra;
                ALTER TABLE auth_api_customuser RENAME COLUMN first_name TO given_name;
                UPDATE auth_api_customuser SET is_active = 0
                """)
            #expect(try await storage.adoptions.condition().missing == ["auth_api_customuser.first_name"])
            try storage.script("ALTER TABLE auth_api_customuser RENAME COLUMN given_name TO first_name")
            #expect(try await storage.adoptions.condition() == AdoptedCondition())
            _ = try await storage.adoptions.makeTrigger()
            #expect(try await storage.stores.accounts.user(id: user)?.isActive == false)
        }
    }

    // MARK: - PostgreSQL

    @Test(
        "another trigger of this name is none, and is made anew",
        arguments: [
            "ALTER TABLE auth_api_customuser DISABLE TRIGGER ostiary_user_change",
            "DROP TRIGGER ostiary_user_change ON auth_api_customuser",
            """
            DROP TRIGGER ostiary_user_change ON auth_api_customuser;
            CREATE TRIGGER ostiary_user_change AFTER UPDATE OF is_active OR DELETE ON auth_api_customuser
                FOR EACH ROW EXECUTE FUNCTION ostiary_user_change()
            """,
            """
            DROP TRIGGER ostiary_user_change ON auth_api_customuser;
            CREATE TRIGGER ostiary_user_change AFTER UPDATE ON auth_api_customuser
                FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active) EXECUTE FUNCTION ostiary_user_change()
            """,
            """
            CREATE OR REPLACE FUNCTION ostiary_user_change() RETURNS trigger LANGUAGE plpgsql
            AS 'BEGIN RETURN NULL; END'
            """,
        ])
    func proof(statement: String) async throws {
        try await adopted(.postgres) { storage, _ in
            #expect(try await storage.adoptions.triggerNumber() == nil)
            #expect(try await storage.adoptions.makeTrigger())
            let first = try #require(try await storage.adoptions.triggerNumber())
            try storage.script(statement)
            #expect(try await storage.adoptions.triggerNumber() == nil)
            #expect(try await storage.adoptions.makeTrigger())
            #expect(try #require(try await storage.adoptions.triggerNumber()) != first)
        }
    }

    @Test("a lock that Django holds puts the trigger off, and no write waits behind it for long")
    func locked() async throws {
        try await adopted(.postgres) { storage, _ in
            let holder = try PostgresServer.shared.get().open(storage.place, .unhurried)
            defer { holder.close() }
            let hold = Hold()
            async let held: Void = holder.write { transaction in
                _ = try transaction.run("UPDATE auth_api_customuser SET username = 'x' RETURNING id")
                hold.hasBegun.store(true, ordering: .relaxed)
                let ended: Bool? = waitUntil(60) { hold.mayEnd.load(ordering: .relaxed) ? true : nil }
                #expect(ended == true)
            }
            try await eventually { hold.hasBegun.load(ordering: .relaxed) }
            var fault = ""
            do { _ = try await storage.adoptions.makeTrigger() } catch let error as StoreUnavailable {
                fault = String(reflecting: error)
            }
            #expect(fault.contains("55P03"), "\(fault)")
            hold.mayEnd.store(true, ordering: .relaxed)
            try await held
            #expect(try await storage.adoptions.makeTrigger())
        }
    }

    @Test("of servers that start at once, one makes the trigger")
    func atOnce() async throws {
        try await adopted(.postgres) { storage, _ in
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { try await storage.adoptions.makeTrigger() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(made.count { $0 } == 1, "\(made)")
        }
    }
}
