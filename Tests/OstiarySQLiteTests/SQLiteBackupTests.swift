// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Synchronization
import Testing

@Suite struct SQLiteBackupTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Every write moves one unit from one row to another, so only a copy of one moment has the right sum.
    @Test func aCopyUnderWriteLoadIsOfOneMoment() async throws {
        let path = folder.file("a.db")
        let copy = folder.file("copy.db")
        let database = try SQLiteDatabase(path: path)
        try await database.write { transaction in
            try transaction.execute("CREATE TABLE account (id INTEGER PRIMARY KEY, amount INTEGER, filler BLOB)")
            for id in Int64(1)...100 {
                try transaction.execute("INSERT INTO account VALUES (\(id), 1000, zeroblob(3000))")
            }
        }
        let load = Load()
        let threads = WorkerThreads(count: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in Int64(0)..<4 {
                group.addTask {
                    var id = writer
                    while !load.isDone.load(ordering: .acquiring) {
                        id = (id + 7) % 99
                        let giver = id + 1
                        try await database.write { transaction in
                            try transaction.execute("UPDATE account SET amount = amount - 1 WHERE id = \(giver)")
                            try transaction.execute("UPDATE account SET amount = amount + 1 WHERE id = \(giver + 1)")
                        }
                        load.writes.add(1, ordering: .relaxed)
                    }
                }
            }
            group.addTask {
                defer { load.isDone.store(true, ordering: .releasing) }
                try await threads.run {
                    try SQLiteBackup.copy(from: path, to: copy, pagesPerStep: 5) { done, total in
                        load.reports.withLock { $0.append([done, total]) }
                        // At least one write between two steps.
                        let seen = load.writes.load(ordering: .relaxed)
                        let end = ContinuousClock().now.advanced(by: .seconds(1))
                        while load.writes.load(ordering: .relaxed) == seen, ContinuousClock().now < end {}
                    }
                }
            }
            try await group.waitForAll()
        }
        threads.close()
        #expect(load.writes.load(ordering: .relaxed) > 10)
        let done = load.reports.withLock { $0.map { $0[0] } }
        #expect(done.count > 10)
        #expect(done == done.sorted(), "the copy was started again")
        #expect(load.reports.withLock { $0.allSatisfy { $0[0] <= $0[1] } && $0.last.map { $0[0] == $0[1] } == true })
        #expect(mode(of: copy) == 0o600)
        #expect(folder.names == ["a.db", "a.db-shm", "a.db-wal", "copy.db"])
        database.close()

        let restored = try SQLiteDatabase(path: copy)
        let sums = try await restored.read { connection in
            try connection.run("SELECT sum(amount), count(*) FROM account")
        }
        #expect(sums == [SQLRow([.integer(100_000), .integer(100)])])
        restored.close()
    }

    @Test func nothingIsOverwritten() async throws {
        let database = try await folder.database()
        try SQLiteBackup.copy(from: folder.file("a.db"), to: folder.file("b.db"))
        try await database.add("later")
        let result = await code { try SQLiteBackup.copy(from: folder.file("a.db"), to: folder.file("b.db")) }
        #expect(result == .cannotOpen)
        let copy = try SQLiteDatabase(path: folder.file("b.db"))
        #expect(try await copy.itemCount() == 0)
        copy.close()
    }

    @Test func failuresLeaveNothing() async throws {
        let missing = await code { try SQLiteBackup.copy(from: folder.file("none.db"), to: folder.file("b.db")) }
        #expect(missing == .cannotOpen)
        #expect(folder.names == [])
        let database = try await folder.database()
        let nowhere = await code {
            try SQLiteBackup.copy(from: folder.file("a.db"), to: folder.file("missing/b.db"))
        }
        #expect(nowhere == .cannotOpen)
        database.close()
        #expect(folder.names == ["a.db"])
    }

    @Test func aDamagedDatabaseGivesNoBackup() async throws {
        let database = try await folder.database()
        try await database.write { transaction in
            for number in 0..<200 { try transaction.execute("INSERT INTO item (name) VALUES (\("name \(number)"))") }
            // Two tables now claim one page.
            try transaction.execute("PRAGMA writable_schema = ON")
            try transaction.execute(
                """
                UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'part')
                WHERE name = 'item'
                """
            )
        }
        database.close()
        #expect(await code { try SQLiteBackup.copy(from: folder.file("a.db"), to: folder.file("b.db")) } == .corrupt)
        #expect(folder.names == ["a.db"])
    }
}

private final class Load: Sendable {
    let writes = Atomic<Int>(0)
    let isDone = Atomic<Bool>(false)
    let reports = Mutex<[[Int]]>([])
}
