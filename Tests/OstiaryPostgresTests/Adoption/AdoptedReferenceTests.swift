// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// The tables around the accounts of a Django service, on both engines.
@Suite("Tables around Django's accounts", .serialized, .onItsOwnThread)
struct AdoptedReferenceTests {
    private let administrator = RequestContext.test(at: AdoptedStorage.start, by: .operator("root"))

    /// One account with a row in each table of Django.
    private func fill(_ storage: AdoptedStorage, _ user: User.ID) async throws {
        let moment = AdoptedStorage.start
        try await storage.addToken(1, of: user)
        for query: SQLQuery in [
            "INSERT INTO auth_group (name) VALUES ('support')",
            "INSERT INTO auth_api_customuser_groups (customuser_id, group_id) VALUES (\(user), 1)",
            "INSERT INTO auth_api_customuser_user_permissions (customuser_id, permission_id) VALUES (\(user), 4)",
            """
            INSERT INTO django_admin_log (object_repr, action_flag, change_message, user_id, action_time)
            VALUES ('x', 1, '', \(user), \(moment: moment))
            """,
            """
            INSERT INTO token_blacklist_outstandingtoken (token, expires_at, user_id, jti)
            VALUES ('x', \(moment: moment), \(user), 'x')
            """,
        ] { try await storage.run(query) }
    }

    private func counts(_ storage: AdoptedStorage) async throws -> [String] {
        try await storage.run(
            """
            SELECT (SELECT count(*) FROM auth_api_customuser), (SELECT count(*) FROM auth_api_refreshtoken),
                (SELECT count(*) FROM auth_api_customuser_groups),
                (SELECT count(*) FROM auth_api_customuser_user_permissions), (SELECT count(*) FROM django_admin_log),
                (SELECT count(*) FROM token_blacklist_outstandingtoken),
                (SELECT count(*) FROM token_blacklist_outstandingtoken WHERE user_id IS NULL),
                (SELECT count(*) FROM ostiary_session)
            """)[0]
    }

    /// The ways in which an account is deleted.
    private func deletions(_ storage: AdoptedStorage, _ user: User.ID) -> [() async throws -> Bool] {
        let accounts = storage.stores.accounts
        return [
            { try await accounts.delete(id: user, in: administrator) },
            { try await accounts.delete(id: user, proof: .password(verified: "encoded"), in: .test()) },
            { try await accounts.perform(.delete, on: [user], in: administrator) == ActionCounts(done: 1) },
        ]
    }

    @Test("deleting an account deletes what Django would, and leaves no orphan", arguments: 0..<3)
    func deletion(way: Int) async throws {
        for tokens in [AdoptedStorage.Tokens.shared, .none] {
            try await onBothEngines(tokens: tokens) { storage in
                try storage.add("first@example.com")
                let user = try await storage.id(of: "first@example.com")
                try await storage.open(5, for: user)
                try await fill(storage, user)
                if tokens == .none {
                    // The table is not ours then, and its rows are those of an application.
                    await #expect(throws: AccountInUse(table: DjangoSchema.refreshTokens, count: 1)) {
                        try await storage.stores.accounts.delete(id: user, in: administrator)
                    }
                    try await storage.run("DELETE FROM auth_api_refreshtoken")
                }
                #expect(try await deletions(storage, user)[way]())
                #expect(try await counts(storage) == ["0", "0", "0", "0", "0", "1", "1", "0"])
                if storage.engine == .sqlite { #expect(try await storage.run("PRAGMA foreign_key_check").isEmpty) }
            }
        }
    }

    @Test("rows of other tables keep the account: their table and number are told, and nothing is changed")
    func inUse() async throws {
        try await onBothEngines(tokens: .shared) { storage in
            try storage.add("first@example.com")
            try storage.add("other@example.com")
            let user = try await storage.id(of: "first@example.com")
            let other = try await storage.id(of: "other@example.com")
            try await storage.open(5, for: user)
            try await fill(storage, user)
            let before = try await counts(storage)
            for (query, table): (SQLQuery, String) in [
                ("INSERT INTO shop_comment (text, author_id) VALUES ('x', \(user)), ('y', \(user))", "shop_comment"),
                ("INSERT INTO shop_order (title, user_id) VALUES ('x', \(user)), ('y', \(user))", "shop_order"),
            ] {
                try await storage.run(query)
                let inUse = AccountInUse(table: table, count: 2)
                await #expect(throws: inUse) { try await deletions(storage, user)[0]() }
                await #expect(throws: inUse) { try await deletions(storage, user)[1]() }
                #expect(
                    try await storage.stores.accounts.perform(.delete, on: [user], in: administrator)
                        == ActionCounts(refused: 1))
                #expect(try await counts(storage) == before)
                try await storage.run("DELETE FROM shop_comment")
            }
            // A wrong password is no reason to tell anything.
            #expect(
                try await !storage.stores.accounts.delete(id: user, proof: .password(verified: "x"), in: .test()))
            #expect(
                try await storage.stores.accounts.perform(.delete, on: [user, other], in: administrator)
                    == ActionCounts(done: 1, refused: 1))
            try await storage.run("DELETE FROM shop_order")
            #expect(try await deletions(storage, user)[0]())
        }
    }

    @Test("more rows than are counted are told as such")
    func manyRows() async throws {
        let storage = try await AdoptedStorage(.sqlite)
        defer { storage.close() }
        try storage.add("first@example.com")
        let user = try await storage.id(of: "first@example.com")
        try await storage.run(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
            INSERT INTO shop_order (title, user_id) SELECT 'x', \(user) FROM n
            """)
        await #expect(throws: AccountInUse(table: "shop_order", count: 1_001)) {
            try await storage.stores.accounts.delete(id: user, in: administrator)
        }
    }

    @Test("a table whose rows the database itself deletes is no obstacle, and a new one is found by the next look")
    func cascade() async throws {
        try await onBothEngines { storage in
            try storage.add("first@example.com")
            let user = try await storage.id(of: "first@example.com")
            try storage.script(
                """
                CREATE TABLE shop_like (id integer PRIMARY KEY,
                    user_id bigint NOT NULL REFERENCES auth_api_customuser (id) ON DELETE CASCADE);
                CREATE TABLE shop_invoice (id integer PRIMARY KEY,
                    user_id bigint NOT NULL REFERENCES auth_api_customuser (id) DEFERRABLE INITIALLY DEFERRED);
                INSERT INTO shop_like VALUES (1, \(user));
                INSERT INTO shop_invoice VALUES (1, \(user))
                """)
            // The table is not known yet: the database itself refuses, and nothing is lost.
            await #expect(throws: StoreUnavailable.self) {
                try await storage.stores.accounts.delete(id: user, in: administrator)
            }
            try await storage.adoptions.look()
            await #expect(throws: AccountInUse(table: "shop_invoice", count: 1)) {
                try await storage.stores.accounts.delete(id: user, in: administrator)
            }
            try await storage.run("DELETE FROM shop_invoice")
            #expect(try await storage.stores.accounts.delete(id: user, in: administrator))
            #expect(try await storage.run("SELECT count(*) FROM shop_like") == [["0"]])
        }
    }

    // MARK: - Groups and permissions

    @Test("rights are Django's: those over its user model and its groups have our names")
    func rights() async throws {
        try await onBothEngines { storage in
            try storage.add("clerk@example.com")
            let user = try await storage.id(of: "clerk@example.com")
            // Permissions are numbered by model: auth.group, auth.permission, auth_api.customuser, shop.order, each with
            // add, change, delete and view.
            for query: SQLQuery in [
                "INSERT INTO auth_group (name) VALUES ('support'), ('Ünter'), ('empty')",
                "INSERT INTO auth_group_permissions (group_id, permission_id) SELECT 1, id FROM auth_permission WHERE id <= 8",
                "INSERT INTO auth_group_permissions (group_id, permission_id) SELECT 2, id FROM auth_permission WHERE id > 12",
                "INSERT INTO auth_api_customuser_groups (customuser_id, group_id) VALUES (\(user), 1), (\(user), 2)",
                """
                INSERT INTO auth_api_customuser_user_permissions (customuser_id, permission_id)
                SELECT \(user), id FROM auth_permission WHERE id BETWEEN 9 AND 12
                """,
            ] { try await storage.run(query) }
            let standing = try await storage.stores.permissions.standing(of: user, session: nil, in: .test())
            let rights = try #require(standing?.rights)
            #expect(rights.groups == [1, 2])
            let names = Set(rights.permissions.map(\.rawValue))
            let expected = ["add", "change", "delete", "view"].flatMap { action in
                [
                    "ostiary.\(action)_user", "ostiary.\(action)_group", "auth.\(action)_permission",
                    "shop.\(action)_order",
                ]
            }
            #expect(names == Set(expected), "\(storage.engine)")
            let groups = try await storage.stores.permissions.groups(after: nil, limit: 10, in: administrator)
            #expect(groups.map(\.name) == ["empty", "support", "Ünter"])
            #expect(groups.map(\.permissions.count) == [0, 8, 4])
            #expect(
                try await storage.stores.permissions.groups(after: "empty", limit: 1, in: administrator).map(\.name)
                    == ["support"])
            let detail = try await storage.stores.accounts.detail(id: user, in: administrator)
            #expect(detail?.groups.map(\.name).sorted() == ["support", "Ünter"])

            // What the access token names.
            let opening = try await storage.open(1, for: user, namesGroups: true)
            #expect(opening == .opened(OpenedSession(groups: ["support", "Ünter"])))

            // Only Django changes them.
            for work: () async throws -> Void in [
                {
                    _ = try await storage.stores.permissions.addGroup(
                        named: "new", permissions: [], in: administrator)
                },
                {
                    _ = try await storage.stores.permissions.changeGroup(
                        id: 1, with: GroupChange(name: "x"), in: administrator)
                },
                { _ = try await storage.stores.permissions.deleteGroup(id: 1, in: administrator) },
                {
                    var change = AccountChange()
                    change.groups = [1, 3]
                    _ = try await storage.stores.accounts.change(id: user, with: change, in: administrator)
                },
                {
                    var change = AccountChange()
                    change.permissions = [.viewAudit]
                    _ = try await storage.stores.accounts.change(id: user, with: change, in: administrator)
                },
            ] {
                await #expect(throws: AdministrationRefusal.keptElsewhere) { try await work() }
            }
        }
    }

    @Test("a table of an application with a user and a group is not the one of the members")
    func otherMembers() async throws {
        try await onBothEngines { storage in
            try storage.add("clerk@example.com")
            let user = try await storage.id(of: "clerk@example.com")
            try storage.script(
                """
                CREATE TABLE app_invitation (id integer PRIMARY KEY,
                    sender_id bigint NOT NULL REFERENCES auth_api_customuser (id) DEFERRABLE INITIALLY DEFERRED,
                    group_id integer NOT NULL REFERENCES auth_group (id) DEFERRABLE INITIALLY DEFERRED);
                CREATE TABLE app_grant (id integer PRIMARY KEY,
                    sender_id bigint NOT NULL REFERENCES auth_api_customuser (id) DEFERRABLE INITIALLY DEFERRED,
                    permission_id integer NOT NULL REFERENCES auth_permission (id) DEFERRABLE INITIALLY DEFERRED);
                INSERT INTO auth_group (name) VALUES ('support');
                INSERT INTO app_invitation VALUES (1, \(user), 1);
                INSERT INTO app_grant VALUES (1, \(user), 10)
                """)
            try await storage.adoptions.look()
            let standing = try await storage.stores.permissions.standing(of: user, session: nil, in: .test())
            #expect(standing?.rights == Rights(), "\(storage.engine)")
            await #expect(throws: AccountInUse.self) {
                try await storage.stores.accounts.delete(id: user, in: administrator)
            }
        }
    }

    @Test("a user model without groups has none")
    func noGroups() async throws {
        try await onBothEngines { storage in
            try storage.add("clerk@example.com")
            let user = try await storage.id(of: "clerk@example.com")
            try storage.script("DROP TABLE auth_api_customuser_groups; DROP TABLE auth_api_customuser_user_permissions")
            try await storage.adoptions.look()
            let standing = try await storage.stores.permissions.standing(of: user, session: nil, in: .test())
            #expect(standing?.rights == Rights())
            #expect(
                try await storage.open(1, for: user, namesGroups: true) == .opened(OpenedSession(groups: [])))
            #expect(try await storage.stores.permissions.groups(after: nil, limit: 5, in: administrator).isEmpty)
        }
    }
}
