// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Synchronization
import Testing

@Suite struct SQLiteChangeTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    private func change(_ subject: String) -> StoredChange { StoredChange(kind: "user", subject: subject) }

    @Test func whatOneProcessWritesAnotherHears() async throws {
        let here = try await folder.database()
        let there = try SQLiteDatabase(path: folder.file("a.db"))
        let heard = Mutex<[StoredChanges]>([])
        let poll = SQLiteChangePoll(path: folder.file("a.db")) { changes in heard.withLock { $0.append(changes) } }
        try await eventually { poll.holdsLease() }
        #expect(heard.withLock { $0 } == [.everything])
        let start = ContinuousClock().now
        let change = change("1")
        try await there.write { try $0.announce(change, at: .now()) }
        try await eventually { heard.withLock { $0.count } == 2 }
        print("heard after \(ContinuousClock().now - start)")
        #expect(heard.withLock { $0.last } == .some([change]))
        #expect(poll.holdsLease())
        poll.stop()
        #expect(!poll.holdsLease())
        here.close()
        there.close()
    }

    @Test func withoutItsTableThereIsNoLease() async throws {
        let path = folder.file("a.db")
        let poll = SQLiteChangePoll(path: path, interval: .milliseconds(10)) { _ in }
        try await Task.sleep(for: .milliseconds(50))
        #expect(!poll.holdsLease())
        let database = try SQLiteDatabase(path: path)
        try await Task.sleep(for: .milliseconds(50))
        #expect(!poll.holdsLease())
        try await Migrator(database, [.changeFeed]).migrate(now: Timestamp(seconds: 1))
        try await eventually { poll.holdsLease() }
        poll.stop()
    }

    @Test func aLeaseEndsASecondAfterItsBeat() {
        let heartbeat = FeedHeartbeat()
        #expect(!heartbeat.isFresh(at: 0))
        heartbeat.last.store(5, ordering: .relaxed)
        #expect(heartbeat.isFresh(at: 1_000_000_004))
        #expect(!heartbeat.isFresh(at: 1_000_000_005))
    }

    @Test func changesComeOnceAndInOrder() async throws {
        let database = try await folder.database()
        try await announce(["old"], in: database)
        var feed = SQLiteChangeFeed(path: folder.file("a.db"))
        #expect(try feed.look() == .everything)
        #expect(try feed.look() == .some([]))
        try await announce(["1", "2", "3"], in: database)
        #expect(try feed.look() == .some([change("1"), change("2"), change("3")]))
        #expect(try feed.look() == .some([]))
        try await database.add("no announcement")
        #expect(try feed.look() == .some([]))
    }

    @Test func theFirstChangeEverIsTold() async throws {
        let database = try await folder.database()
        var feed = SQLiteChangeFeed(path: folder.file("a.db"))
        #expect(try feed.look() == .everything)
        try await announce(["1"], in: database)
        #expect(try feed.look() == .some([change("1")]))
    }

    @Test func prunedChangesTurnIntoEverything() async throws {
        let database = try await folder.database()
        try await announce(["0"], in: database)
        var feed = SQLiteChangeFeed(path: folder.file("a.db"))
        _ = try feed.look()
        try await announce(["1", "2", "3"], in: database)
        #expect(try await database.pruneChanges(olderThan: Timestamp(seconds: 1_000)) == 3)
        #expect(try feed.look() == .everything)
        try await announce(["4"], in: database)
        #expect(try feed.look() == .some([change("4")]))
        // What was seen already may be pruned without harm.
        try await announce(["5"], in: database)
        #expect(try feed.look() == .some([change("5")]))
        try await announce(["6"], in: database)
        #expect(try await database.pruneChanges(olderThan: Timestamp(seconds: 1_000)) == 3)
        #expect(try feed.look() == .some([change("6")]))
    }

    @Test func pruningLeavesNoGapWhenClocksStepBack() async throws {
        let database = try await folder.database()
        try await announce(["1"], in: database, at: 100)
        try await announce(["2"], in: database, at: 5)
        try await announce(["3"], in: database, at: 200)
        #expect(try await database.pruneChanges(olderThan: Timestamp(seconds: 50)) == 0)
        #expect(try await database.pruneChanges(olderThan: Timestamp(seconds: 150)) == 2)
        #expect(try await database.pruneChanges(olderThan: Timestamp(seconds: 500)) == 0)
    }

    @Test func moreThanAThousandAtOnceAreEverything() async throws {
        let database = try await folder.database()
        var feed = SQLiteChangeFeed(path: folder.file("a.db"))
        _ = try feed.look()
        try await announce((0..<1_000).map(String.init), in: database)
        #expect(try feed.look() == .some((0..<1_000).map { change("\($0)") }))
        try await announce((0..<1_001).map(String.init), in: database)
        #expect(try feed.look() == .everything)
        try await announce(["x"], in: database)
        #expect(try feed.look() == .some([change("x")]))
    }

    private func announce(_ subjects: [String], in database: SQLiteDatabase, at seconds: Int64 = 1) async throws {
        try await database.write { transaction in
            for subject in subjects {
                try transaction.announce(
                    StoredChange(kind: "user", subject: subject), at: Timestamp(seconds: seconds)
                )
            }
        }
    }
}
