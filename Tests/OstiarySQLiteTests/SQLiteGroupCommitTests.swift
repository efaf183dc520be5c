// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Synchronization
import Testing

@Suite struct SQLiteGroupCommitTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    @Test func oneOf64FailsAlone() async throws {
        let groups = Mutex<[[StoredChange]]>([])
        let database = try await folder.database { changes in groups.withLock { $0.append(changes) } }
        let gate = try await database.hold()
        let answers = await withTaskGroup(of: (Int, Bool).self) { group in
            for number in 0..<64 {
                group.addTask {
                    do {
                        try await database.write { transaction in
                            try transaction.execute("INSERT INTO item (name) VALUES (\("n\(number)"))")
                            try transaction.announce(StoredChange(kind: "item", subject: "\(number)"), at: .now())
                            if number == 17 { throw Refused(number: number) }
                        }
                        return (number, true)
                    } catch {
                        #expect(error as? Refused == Refused(number: number))
                        return (number, false)
                    }
                }
            }
            group.addTask {
                try? await eventually { database.waitingWrites == 64 }
                _ = gate.push(true)
                return (64, true)
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(answers.filter { !$0.value }.map(\.key) == [17])
        let names = try await database.read { try $0.run("SELECT name FROM item").map { try $0.text(0) } }
        #expect(Set(names) == Set((0..<64).filter { $0 != 17 }.map { "n\($0)" }))
        // One call for all is one commit.
        #expect(groups.withLock { $0.map(\.count) } == [63])
        let announced = try await database.read { try $0.run("SELECT subject FROM ostiary_change").count }
        #expect(announced == 63)
    }

    @Test func listenersHearAfterTheCommitAndBeforeTheCaller() async throws {
        let path = folder.file("a.db")
        let isAnswered = Atomic<Bool>(false)
        let seen = Mutex<[Int64]>([])
        let database = try await folder.database { _ in
            waitBriefly()
            let early = isAnswered.load(ordering: .acquiring)
            let other = try? SQLiteConnection(path: path, role: .reader, busyTimeout: 100)
            let count = try? other?.run("SELECT count(*) FROM item").first?.integer(0)
            seen.withLock { $0.append(early ? -1 : count ?? -2) }
        }
        try await database.write { transaction in
            try transaction.execute("INSERT INTO item (name) VALUES ('a')")
            try transaction.announce(StoredChange(kind: "item", subject: "a"), at: .now())
        }
        isAnswered.store(true, ordering: .releasing)
        #expect(seen.withLock { $0 } == [1])
    }

    @Test func aLoneClosureThatThrowsKeepsNothing() async throws {
        let database = try await folder.database { _ in Issue.record("nothing was committed") }
        await #expect(throws: Refused.self) {
            try await database.write { transaction in
                try transaction.execute("INSERT INTO item (name) VALUES ('a')")
                try transaction.announce(StoredChange(kind: "item", subject: "a"), at: .now())
                throw Refused()
            }
        }
        #expect(try await database.itemCount() == 0)
        // The lock is free at once, not only with the next write.
        let other = try SQLiteConnection(path: folder.file("a.db"), role: .writer, busyTimeout: 1_000)
        try other.execute("BEGIN IMMEDIATE")
    }

    @Test func aTakenNameIsTold() async throws {
        let database = try await folder.database()
        try await database.add("a")
        #expect(await code { try await database.add("a") } == .uniqueViolation(constraint: "item.name"))
        try await database.add("b")
        #expect(try await database.itemCount() == 2)
    }

    @Test func aDeferredForeignKeyFailsItsOwnCallerOnly() async throws {
        let database = try await folder.database()
        let gate = try await database.hold()
        async let orphan = code { try await database.write { try $0.execute("INSERT INTO part VALUES (99)") } }
        async let neighbour = code { try await database.add("a") }
        try await eventually { database.waitingWrites == 2 }
        _ = gate.push(true)
        #expect(await orphan == .foreignKeyViolation)
        #expect(await neighbour == nil)
        let alone = await code { try await database.write { try $0.execute("INSERT INTO part VALUES (99)") } }
        #expect(alone == .foreignKeyViolation)
        #expect(try await database.itemCount() == 1)
    }

    @Test func whoEndsTheTransactionGetsAnErrorAndNothingElseRuns() async throws {
        let database = try await folder.database()
        let result = await code {
            try await database.write { transaction in
                try transaction.execute("ROLLBACK")
                _ = try? transaction.execute("INSERT INTO item (name) VALUES ('stray')")
            }
        }
        #expect(result == .other)
        #expect(try await database.itemCount() == 0)
    }

    @Test func readersCannotWrite() async throws {
        let database = try await folder.database()
        #expect(await code { try await database.read { try $0.execute("DELETE FROM item") } } == .readOnly)
    }

    @Test func aReadIsOneSnapshot() async throws {
        let database = try await folder.database()
        let gate = BlockingQueue<Bool>(capacity: 1)
        let started = BlockingQueue<Bool>(capacity: 1)
        async let counts = database.read { connection in
            let first = try connection.run("SELECT count(*) FROM item")[0].integer(0)
            _ = started.push(true)
            _ = gate.take(atMost: 1)
            return [first, try connection.run("SELECT count(*) FROM item")[0].integer(0)]
        }
        try await eventually { started.count == 1 }
        try await database.add("a")
        _ = gate.push(true)
        #expect(try await counts == [0, 0])
        #expect(try await database.itemCount() == 1)
    }

    @Test func aFullQueueRefusesAndACloseRunsWhatWaits() async throws {
        let database = try SQLiteDatabase(path: folder.file("a.db"), queueCapacity: 2)
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        let gate = try await database.hold()
        async let first = code { try await database.add("a") }
        async let second = code { try await database.add("b") }
        try await eventually { database.waitingWrites == 2 }
        #expect(await code { try await database.add("c") } == .overloaded)
        _ = gate.push(true)
        #expect(await first == nil)
        #expect(await second == nil)
        database.close()
        database.close()
        #expect(await code { try await database.add("d") } == .closed)
        #expect(await code { try await database.itemCount() } == .closed)
        #expect(folder.names == ["a.db"])
    }
}

/// Long enough for a caller that was answered too early to be noticed.
private func waitBriefly() {
    let clock = ContinuousClock()
    let end = clock.now.advanced(by: .milliseconds(50))
    while clock.now < end {}
}
