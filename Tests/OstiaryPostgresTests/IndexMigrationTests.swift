// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Testing

@Suite("Indexes of tables with many rows", .onItsOwnThread)
struct IndexMigrationTests {
    private let server: PostgresServer
    private let name: String
    private let before = Array(Schema().migrations.prefix { $0.name != "0015_admin_indexes" })
    private static let indexes = [
        "ostiary_session_address", "ostiary_session_started", "ostiary_session_user_started", "ostiary_user_inactive",
        "ostiary_user_last_login", "ostiary_user_name", "ostiary_user_staff", "ostiary_user_superuser",
    ]

    init() throws {
        server = try PostgresServer.shared.get()
        name = try server.makeDatabase()
    }

    /// The new indexes that are valid.
    private func valid() throws -> [String] {
        let list = Self.indexes.map { "'\($0)'" }.joined(separator: ",")
        let names = try server.query(
            """
            SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE i.indisvalid AND c.relname IN (\(list))
            """, in: name)
        return names.split(separator: "\n").map(String.init).sorted()
    }

    private func fill(_ database: PostgresDatabase, users: Int64) async throws {
        try await Migrator(database, before).migrate(now: Timestamp(seconds: 1))
        try await database.write { transaction in
            try transaction.execute(
                """
                INSERT INTO ostiary_user
                    (password, is_superuser, email, username, first_name, last_name, is_active, is_staff)
                SELECT 'x', false, 'user' || i || '@example.com', 'Name', '', '', true, i % 9 = 0
                FROM generate_series(1, \(users)) i
                """)
            try transaction.execute(
                """
                INSERT INTO ostiary_session (id, user_id, started_at, last_used_at, purge_after)
                SELECT pg_catalog.decode(pg_catalog.md5(id::text), 'hex'), id, id, id, 4000000000000000 FROM ostiary_user
                """)
        }
    }

    @Test("are built while a transaction that has written to the table is open, and others write")
    func writing() async throws {
        let database = try server.open(name, .unhurried)
        defer { database.close() }
        try await fill(database, users: 3_000)
        // The build waits for the end of this transaction, and no write waits for the build.
        let open = try server.open(name, .unhurried)
        defer { open.close() }
        let (gate, isOpen) = (BlockingQueue<Bool>(capacity: 1), BlockingQueue<Bool>(capacity: 1))
        let holder = Task {
            try await open.write { transaction in
                try transaction.execute("UPDATE ostiary_user SET first_name = 'held' WHERE id = 1")
                _ = isOpen.push(true)
                _ = gate.take(atMost: 1)
            }
        }
        try await eventually { isOpen.count == 1 }
        let migrating = Task {
            try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 2))
        }
        try await eventually {
            try server.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND query LIKE 'CREATE INDEX CONC%'")
                == "1"
        }
        for number in 0..<50 {
            try await database.write {
                try $0.execute(
                    "UPDATE ostiary_user SET last_login = now(), is_staff = true WHERE id = \(Int64(number + 2))")
            }
        }
        #expect(try valid() == [], "the build waits")
        _ = gate.push(true)
        _ = try await holder.value
        #expect(try await migrating.value.first == "0015_admin_indexes")
        #expect(try valid() == Self.indexes)
        #expect(try server.query("SELECT to_regclass('ostiary_session_user') IS NULL", in: name) == "t")
    }

    @Test("an index of an attempt that was broken off is built anew")
    func repair() async throws {
        let database = try server.open(name, .unhurried)
        defer { database.close() }
        try await fill(database, users: 100)
        // As a build leaves it that was broken off, and as one that was complete.
        try server.query("CREATE INDEX ostiary_user_staff ON ostiary_user (id)", in: name)
        try server.query("CREATE INDEX ostiary_user_inactive ON ostiary_user (id) WHERE NOT is_active", in: name)
        try server.query(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ostiary_user_staff'::regclass", in: name)
        let whole = try server.query("SELECT 'ostiary_user_inactive'::regclass::oid", in: name)
        #expect(try valid() == ["ostiary_user_inactive"])
        #expect(try await Migrator(database, before).plan() == [])
        let migrator = Migrator(database, Schema().migrations)
        #expect(try await migrator.migrate(now: Timestamp(seconds: 2)).first == "0015_admin_indexes")
        #expect(try valid() == Self.indexes)
        #expect(try server.query("SELECT 'ostiary_user_inactive'::regclass::oid", in: name) == whole, "left alone")
        let definition = try server.query("SELECT pg_get_indexdef('ostiary_user_staff'::regclass)", in: name)
        #expect(definition.hasSuffix("WHERE is_staff"))
    }

    @Test("a failed attempt does not count, and the next one makes it good")
    func failing() async throws {
        let database = try server.open(name, .unhurried)
        defer { database.close() }
        try await fill(database, users: 10)
        try server.query("CREATE TABLE ostiary_user_superuser (a integer)", in: name)
        let migrator = Migrator(database, Schema().migrations)
        await #expect(throws: MigrationError.self) { try await migrator.migrate(now: Timestamp(seconds: 2)) }
        #expect(try await migrator.plan().first == "0015_admin_indexes")
        try server.query("DROP TABLE ostiary_user_superuser", in: name)
        #expect(try await migrator.migrate(now: Timestamp(seconds: 2)).first == "0015_admin_indexes")
        #expect(try valid() == Self.indexes)
    }

    @Test("several processes that start at once build each once")
    func several() async throws {
        let database = try server.open(name, .unhurried)
        defer { database.close() }
        try await fill(database, users: 20_000)
        let url = try PostgresURL(server.url(name))
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = try PostgresDatabase(url)
                    defer { database.close() }
                    return try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 2))
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.sorted() == Schema().migrations.dropFirst(before.count).map(\.name))
        #expect(try valid() == Self.indexes)
    }
}
