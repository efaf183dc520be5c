// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestKit
import OstiaryTestSupport
import Synchronization
import Testing

@Suite("Audit entries on SQLite")
struct SQLiteAuditTests {
    private let folder: TemporaryDirectory
    private let context = RequestContext.test(at: Timestamp(seconds: 1_800_000_000))

    init() throws { folder = try TemporaryDirectory() }

    @Test("an entry goes with its transaction: a neighbour that fails leaves none, and tells of none")
    func rollback() async throws {
        let told = Mutex<[AuditEntry]>([])
        let database = try SQLiteDatabase(path: folder.file("a.db")) { _ in
        } onRecord: { entries in
            told.withLock { $0 += entries }
        }
        defer { database.close() }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 1))
        let gate = try await database.hold()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    _ = try? await database.write { transaction in
                        try transaction.record(AuditEntry(.loggedIn, of: Int64(number), in: context))
                        if number % 2 == 0 { throw Failure("refused") }
                    }
                }
            }
            group.addTask {
                try? await eventually { database.waitingWrites == 8 }
                _ = gate.push(true)
            }
        }
        let users = try await SQLAuditStore(database: database).entries().compactMap(\.user)
        #expect(Set(users) == [1, 3, 5, 7] && users.count == 4)
        #expect(Set(told.withLock { $0.compactMap(\.user) }) == [1, 3, 5, 7])
    }

    @Test("what is told has the client's address, the row its network")
    func address() async throws {
        let told = Mutex<[AuditEntry]>([])
        let database = try SQLiteDatabase(path: folder.file("a.db")) { _ in
        } onRecord: { entries in
            told.withLock { $0 += entries }
        }
        defer { database.close() }
        try await Migrator(database, Schema().migrations).migrate(now: Timestamp(seconds: 1))
        let context = RequestContext.test(origin: ClientOrigin(address: IPAddress("2001:db8::7")))
        let store = SQLAuditStore(database: database)
        _ = try await store.add([AuditEntry(.loginRefused, count: 7, in: context)], in: context)
        #expect(told.withLock { $0.map(\.address?.description) } == ["2001:db8::7"])
        #expect(told.withLock { $0.map(\.count) } == [7])
        let rows = try await store.entries()
        #expect(rows.map(\.network?.description) == ["2001:db8::/64"] && rows[0].address == nil)
    }
}
