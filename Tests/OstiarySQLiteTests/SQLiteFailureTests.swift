// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

@Suite struct SQLiteFailureTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test func anotherConnectionHoldsTheLock() async throws {
        let database = try await folder.database(busyTimeout: 50)
        let other = try SQLiteConnection(path: folder.file("a.db"), role: .writer, busyTimeout: 50)
        try other.execute("BEGIN IMMEDIATE")
        #expect(await code { try await database.add("a") } == .busy)
        try other.execute("ROLLBACK")
        try await database.add("a")
        #expect(try await database.itemCount() == 1)
    }

    @Test func aFullDatabaseFailsTheGroupAndRecovers() async throws {
        let database = try await folder.database()
        try await database.limitSize()
        let gate = try await database.hold()
        let codes = await withTaskGroup(of: SQLError.Code?.self) { group in
            for number in 0..<10 {
                group.addTask { await code { try await database.add("n\(number)") } }
            }
            group.addTask { await code { try await database.fill() } }
            group.addTask {
                try? await eventually { database.waitingWrites == 11 }
                _ = gate.push(true)
                return .full
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == Array(repeating: .full, count: 12))
        #expect(try await database.itemCount() == 0)
        try await database.add("still small enough")
        try await database.liftLimit()
        try await database.fill()
        #expect(try await database.itemCount() == 2)
    }

    @Test func aSwallowedFailureStillFailsTheWrite() async throws {
        let database = try await folder.database()
        try await database.limitSize()
        let result = await code {
            try await database.write { transaction in
                try transaction.execute("INSERT INTO item (name) VALUES ('before')")
                _ = try? transaction.execute("INSERT INTO item (name, data) VALUES ('big', zeroblob(1000000))")
                _ = try? transaction.execute("INSERT INTO item (name) VALUES ('after')")
            }
        }
        #expect(result == .full)
        #expect(try await database.itemCount() == 0)
    }
}

extension SQLiteDatabase {
    /// SQLite takes the present size for the limit, if that is larger than the one asked for.
    fileprivate func limitSize() async throws {
        try await write { try $0.run("PRAGMA max_page_count = 1") }
    }

    fileprivate func liftLimit() async throws {
        try await write { try $0.run("PRAGMA max_page_count = 1000000") }
    }

    fileprivate func fill() async throws {
        try await write { try $0.execute("INSERT INTO item (name, data) VALUES ('big', zeroblob(1000000))") }
    }
}
