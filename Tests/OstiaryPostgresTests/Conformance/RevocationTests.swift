// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

@Suite("The list of what is revoked on PostgreSQL", .serialized, .onItsOwnThread)
struct RevocationTests {
    private func withDatabase<Value>(_ body: (PostgresDatabase) async throws -> Value) async throws -> Value {
        let server = try PostgresServer.shared.get()
        let database = try server.open(try await server.migrated(), .unhurried)
        defer { database.close() }
        return try await body(database)
    }

    private func withCases<Value>(_ body: (RevocationCases) async throws -> Value) async throws -> Value {
        try await withDatabase { database in
            try await body(
                RevocationCases(
                    Stores(database), keys: SQLKeyStore(database: database),
                    revocations: SQLRevocationStore(database: database)))
        }
    }

    @Test("has nothing where no public key is")
    func withoutKeys() async throws { try await withCases { try await $0.withoutKeys() } }

    @Test("has each session that ends")
    func sessions() async throws { try await withCases { try await $0.sessions() } }

    @Test("has accounts and keys")
    func accountsAndKeys() async throws { try await withCases { try await $0.accountsAndKeys() } }

    @Test("has pages without a gap")
    func pages() async throws { try await withCases { try await $0.pages() } }

    @Test("begins anew for a cursor of another database")
    func foreign() async throws {
        let other = try await withCases { try await $0.cursor() }
        try await withCases { try await $0.foreign(cursor: other) }
        let row = PageCursor(list: "revocations", order: "row", keys: [.integer(7), .integer(1_790_000_000_000_000)])
        try await withCases { try await $0.foreign(cursor: row.text) }
    }

    private static func insert(_ key: String) -> SQLQuery {
        """
        INSERT INTO ostiary_revocation (kind, subject, at, expires_at)
        VALUES ('key', \(key), 1, \(Timestamp(seconds: 3_000_000_000).microseconds))
        """
    }

    private func page(_ store: SQLRevocationStore, after cursor: String? = nil) async throws -> RevocationPage {
        let context = RequestContext(actor: .system, now: Timestamp(seconds: 2_000_000_000))
        return try #require(try await store.page(after: cursor, limit: 100, in: context))
    }

    @Test("has an entry whose transaction is committed late, once, and holds up no other")
    func late() async throws {
        try await withDatabase { database in
            let store = SQLRevocationStore(database: database)
            let (isInserted, isReleased) = (Flag(), Flag())
            let slow = Task {
                try await database.write { transaction in
                    try transaction.execute(Self.insert("late"))
                    isInserted.set()
                    try isReleased.wait()
                }
            }
            defer { isReleased.set() }
            try isInserted.wait()
            var cursor = try await page(store).cursor
            for number in 1...3 {
                try await database.write { try $0.execute(Self.insert("key \(number)")) }
                let page = try await page(store, after: cursor)
                // Each comes at once, and none comes twice while an older transaction runs.
                #expect(page.entries.map(\.subject) == ["key \(number)"])
                cursor = page.cursor
            }
            isReleased.set()
            try await slow.value
            let page = try await page(store, after: cursor)
            #expect(page.entries.map(\.subject) == ["late"])
            #expect(try await self.page(store, after: page.cursor).entries.isEmpty)
        }
    }

    @Test("has the entries of a dump from a server that has counted further")
    func dump() async throws {
        try await withDatabase { database in
            let store = SQLRevocationStore(database: database)
            try await database.write { transaction in
                try transaction.execute(Self.insert("old"))
                try transaction.execute("UPDATE ostiary_revocation SET transaction_id = '4000000000000'")
            }
            try await store.renumber()
            let page = try await page(store)
            #expect(page.entries.map(\.subject) == ["old"])
            #expect(try await self.page(store, after: page.cursor).entries.isEmpty)
        }
    }

    @Test("has the tokens of a refresh that was under way when its account was deleted")
    func deletion() async throws {
        try await withDatabase { database in
            let stores = Stores(database)
            let user = try await stores.makeUser("first@example.com")
            try await stores.open(1, for: user)
            let end = Timestamp(seconds: 2_500_000_000)
            let (isUpdated, isReleased) = (Flag(), Flag())
            let refresh = Task {
                try await database.write { transaction in
                    try transaction.execute(
                        """
                        INSERT INTO ostiary_key (kid, algorithm, state, jwk, published_at, longest_lifetime)
                        VALUES ('k', 'ES256', 'signing', '{}', 1, 60)
                        """)
                    try transaction.execute("UPDATE ostiary_session SET access_expires_at = \(end.microseconds)")
                    isUpdated.set()
                    try isReleased.wait()
                }
            }
            defer { isReleased.set() }
            try isUpdated.wait()
            let deletion = Task { try await stores.accounts.delete(id: user.id, in: .test(at: Stores.start)) }
            try await Task.sleep(for: .milliseconds(200))
            isReleased.set()
            try await refresh.value
            #expect(try await deletion.value)
            let entries = try await page(SQLRevocationStore(database: database)).entries
            #expect(entries.map(\.expiresAt) == [end] && entries.map(\.at) == [end], "\(entries)")
        }
    }

    /// A signal between a transaction's thread and a test.
    private final class Flag: Sendable {
        private let isSet = Atomic<Bool>(false)

        func set() { isSet.store(true, ordering: .releasing) }

        func wait() throws {
            let done: Bool? = waitUntil(30) { isSet.load(ordering: .acquiring) ? true : nil }
            guard done == true else { throw Failure("nobody has given the signal") }
        }
    }
}
