// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import OstiarySQL
import OstiarySQLite

/// One-row updates through the group commit of the SQLite driver, durable as the server's.
struct RawCommits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "commits")

    @Argument var path: String
    @Argument var waiters: Int
    @Argument var seconds: Double

    func run() async throws {
        let database = try SQLiteDatabase(path: path)
        defer { database.close() }
        try await database.write { transaction in
            try transaction.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)")
            for id in Int64(0)..<1_000 { try transaction.execute("INSERT INTO item VALUES (\(id), 0)") }
        }
        let end = ContinuousClock.now + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for waiter in Int64(0)..<Int64(waiters) {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < end {
                        let id = (waiter * 31 + Int64(count)) % 1_000
                        try await database.write { transaction in
                            try transaction.execute("UPDATE item SET value = value + 1 WHERE id = \(id)")
                        }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        print(Double(count) / seconds)
    }
}
