// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

@Suite struct SQLiteLoadTests {
    /// Each write adds a number and its opposite, so any snapshot sums up to zero.
    @Test func thirtyTwoWritersWhileReadersRead() async throws {
        let folder = try TemporaryDirectory()
        let database = try SQLiteDatabase(path: folder.file("a.db"))
        try await database.write { try $0.execute("CREATE TABLE entry (writer INTEGER, amount INTEGER)") }
        let start = ContinuousClock().now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in Int64(0)..<32 {
                group.addTask {
                    for amount in Int64(1)...200 {
                        try await database.write { transaction in
                            try transaction.execute("INSERT INTO entry VALUES (\(writer), \(amount))")
                            try transaction.execute("INSERT INTO entry VALUES (\(writer), \(-amount))")
                        }
                    }
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    var last: Int64 = 0
                    for _ in 0..<100 {
                        let (count, sum) = try await database.read { connection in
                            (
                                try connection.run("SELECT count(*) FROM entry")[0].integer(0),
                                try connection.run("SELECT coalesce(sum(amount), 0) FROM entry")[0].integer(0)
                            )
                        }
                        #expect(sum == 0)
                        #expect(count >= last && count % 2 == 0)
                        last = count
                    }
                }
            }
            try await group.waitForAll()
        }
        print("32 writers: 6,400 durable writes in \(ContinuousClock().now - start)")
        let counts = try await database.read { connection in
            try connection.run("SELECT count(*) FROM entry GROUP BY writer").map { try $0.integer(0) }
        }
        #expect(counts == Array(repeating: 400, count: 32))
        database.close()
    }
}
