// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Testing

/// The plans of every list, filter and order: each table is read along the index that is named here.
@Suite("Lists are read along an index", .onItsOwnThread)
struct ListPlanTests {
    /// A query with the index that leads to its rows, on both engines; nil for the primary key.
    struct Listed<Query: Sendable>: Sendable {
        let query: Query
        let index: String?
    }

    private static let moment = Timestamp(seconds: 1_700_000_000)

    private static let filters: [(UserQuery, String?)] = [
        (UserQuery(), nil), (UserQuery(search: .id(7)), nil), (UserQuery(search: .init("user1")), nil),
        (UserQuery(name: "Name 3"), "ostiary_user_name"), (UserQuery(isActive: true), nil),
        (UserQuery(isActive: false), "ostiary_user_inactive"), (UserQuery(isStaff: true), "ostiary_user_staff"),
        (UserQuery(isStaff: false), nil), (UserQuery(isSuperuser: true), "ostiary_user_superuser"),
        (UserQuery(isSuperuser: false), nil), (UserQuery(group: 1), "ostiary_group_member"),
        (UserQuery(lastLoginBefore: moment), nil), (UserQuery(neverLoggedIn: true), "ostiary_user_last_login"),
        (UserQuery(lastLoginBefore: moment, neverLoggedIn: true), nil),
        (UserQuery(search: .init("user"), name: "Name 3", isActive: false, isStaff: true), "ostiary_user_name"),
    ]

    private static func position(_ order: UserQuery.Order) -> [UserQuery.Position] {
        switch order {
        case .id, .idDescending: [.id(900)]
        case .email, .emailDescending: [.email(key: "user1500@example.com")]
        case .lastLogin, .lastLoginDescending: [.lastLogin(nil, 900), .lastLogin(moment, 900)]
        }
    }

    /// Every filter in every order, from the first page and from a later one.
    private static let users: [Listed<UserQuery>] = filters.flatMap { filter, index in
        UserQuery.Order.allCases.flatMap { order in
            var query = filter
            query.order = order
            var isOne = false
            if case .id = filter.search { isOne = true }
            let named =
                switch order {
                case .id, .idDescending: index
                case .email, .emailDescending: isOne ? nil : "ostiary_user_email_key"
                case .lastLogin, .lastLoginDescending: isOne ? nil : "ostiary_user_last_login"
                }
            let later = position(order).map { position in
                var later = query
                later.cursor = query.cursor(behind: position)
                return Listed(query: later, index: named)
            }
            return [Listed(query: query, index: named)] + (isOne ? [] : later)
        }
    }

    private static let sessions: [Listed<SessionQuery>] = {
        let queries: [(SessionQuery, String)] = [
            (SessionQuery(), "started"), (SessionQuery(user: 7), "user_started"),
            (SessionQuery(address: IPAddress("192.0.2.1")), "address"),
            (SessionQuery(startedBefore: moment), "started"), (SessionQuery(startedAfter: moment), "started"),
            (SessionQuery(user: 7, address: IPAddress("192.0.2.1"), startedBefore: moment), "user_started"),
            (SessionQuery(address: IPAddress("192.0.2.1"), startedBefore: moment, startedAfter: moment), "address"),
        ]
        return queries.flatMap { query, index in
            var later = query
            later.cursor = query.cursor(behind: .init(startedAt: moment, id: SessionID(bits: 7)))
            return [query, later].map { Listed(query: $0, index: "ostiary_session_\(index)") }
        }
    }()

    private static let entries: [Listed<AuditQuery>] = [
        (AuditQuery(), nil), (AuditQuery(before: 900), nil), (AuditQuery(user: 7), "ostiary_audit_user"),
        (AuditQuery(object: "thing"), "ostiary_audit_object"), (AuditQuery(event: .loggedIn), nil),
        (AuditQuery(actor: "user:7"), nil), (AuditQuery(session: SessionID(bits: 7)), nil),
        (AuditQuery(network: IPAddress("192.0.2.1").map(Network.init)), nil),
        (AuditQuery(since: moment, until: moment), nil), (AuditQuery(user: 7, since: moment), "ostiary_audit_user"),
    ].map { Listed(query: $0, index: $1) }

    @Test("on SQLite")
    func sqlite() async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("ostiary.sqlite3"))
        defer { withExtendedLifetime(folder) { database.close() } }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 1))
        try await database.write { try $0.makeGroups() }
        try await check(database) { plan, index in
            for line in plan.split(separator: "\n") {
                // A scan is one of a subquery, or of a table along its primary key from one end.
                let isScan = line.hasPrefix("SCAN ostiary") || line.hasPrefix("SCAN u") || line.hasPrefix("SCAN s")
                #expect(!isScan, "\(plan)")
                #expect(!line.contains("TEMP B-TREE") && !line.contains("AUTOMATIC"), "\(plan)")
            }
            // The table of members is stored in the tree of its primary key, which has no name.
            let wanted = index == "ostiary_group_member" ? "PRIMARY KEY (group_id=?" : index ?? "PRIMARY KEY"
            #expect(plan.contains(wanted), "\(plan)")
        }
    }

    @Test("on PostgreSQL")
    func postgres() async throws {
        let server = try PostgresServer.shared.get()
        let name = try await server.migrated()
        for setting in ["enable_seqscan", "enable_sort", "enable_bitmapscan"] {
            try server.query("ALTER DATABASE \(name) SET \(setting) = off")
        }
        let database = try server.open(name, .unhurried)
        defer { database.close() }
        try await database.write { transaction in
            try transaction.makeGroups()
            try transaction.makeRows()
        }
        try server.query("ANALYZE", in: name)
        try await check(database) { plan, index in
            #expect(!plan.contains("Seq Scan") && !plan.contains("Sort"), "\(plan)")
            #expect(plan.contains(index ?? "_pkey"), "\(plan)")
        }
    }

    /// - Parameter judge: judges a plan by the index that it should name.
    private func check(_ database: any SQLDatabase, judge: (String, String?) -> Void) async throws {
        let explained = ExplainedDatabase(database)
        let (accounts, audit) = (SQLAccountStore(database: explained), SQLAuditStore(database: explained))
        let context = RequestContext.test(at: Self.moment)
        func judgeAll(_ index: String?) {
            let plans = explained.takePlans()
            for plan in plans { judge(plan, index) }
        }
        for listed in Self.users {
            _ = try await accounts.users(listed.query, in: context)
            judgeAll(listed.index)
        }
        for (filter, _) in Self.filters {
            _ = try await accounts.count(filter, atMost: 10, in: context)
            judgeAll("")
        }
        for listed in Self.sessions {
            _ = try await SQLSessionStore(database: explained).sessions(listed.query, in: context)
            judgeAll(listed.index)
        }
        for listed in Self.entries {
            _ = try await audit.page(listed.query, in: context)
            let plans = explained.takePlans()
            for plan in plans {
                judge(plan, plan.contains("Recursive") || plan.contains("RECURSIVE") ? nil : listed.index)
            }
        }
    }
}

extension SQLTransaction {
    /// The tables of groups, if the schema has none, and a group with a member.
    fileprivate func makeGroups() throws {
        try execute(
            "CREATE TABLE IF NOT EXISTS ostiary_group (id BIGINT PRIMARY KEY, name VARCHAR(150) NOT NULL UNIQUE)")
        try execute(
            """
            CREATE TABLE IF NOT EXISTS ostiary_group_member (
                group_id BIGINT NOT NULL REFERENCES ostiary_group (id) ON DELETE CASCADE,
                user_id BIGINT NOT NULL REFERENCES ostiary_user (id) ON DELETE CASCADE, PRIMARY KEY (group_id, user_id))
            """)
        try execute("INSERT INTO ostiary_group (id, name) VALUES (1, 'support')")
    }

    /// Rows in PostgreSQL of which each filter selects some.
    fileprivate func makeRows() throws {
        try execute(
            """
            INSERT INTO ostiary_user
                (password, last_login, is_superuser, email, username, first_name, last_name, is_active, is_staff)
            SELECT 'x', CASE WHEN i % 3 > 0 THEN timestamptz '2023-01-01' + i * interval '1 hour' END, i % 90 = 0,
                'user' || i || '@example.com', 'Name ' || i % 400, '', '', i % 40 <> 0, i % 30 = 0
            FROM generate_series(1, 4000) i
            """)
        try execute(
            "INSERT INTO ostiary_group_member SELECT 1, id FROM ostiary_user WHERE id % 50 = 0")
        try execute(
            """
            INSERT INTO ostiary_session (id, user_id, started_at, last_used_at, purge_after, address)
            SELECT decode(md5(i::text), 'hex'), 1 + i % 400, i, i, 4000000000000000, '192.0.2.' || i % 200
            FROM generate_series(1, 8000) i
            """)
        try execute(
            """
            INSERT INTO ostiary_audit (at, event, actor, user_id, object, count)
            SELECT 1600000000000000 + i::bigint * 100000000, 'logged_in', 'client', 1 + i % 400, 'thing ' || i % 400, 1
            FROM generate_series(1, 8000) i
            """)
    }
}
