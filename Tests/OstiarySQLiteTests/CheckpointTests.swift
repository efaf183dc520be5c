// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiaryTestSupport
import Testing

@testable import OstiarySQLite

@Suite("The log of a file")
struct CheckpointTests {
    private let folder: TemporaryDirectory
    private let path: String
    private let database: SQLiteDatabase

    init() async throws {
        folder = try TemporaryDirectory()
        path = folder.file("a.db")
        database = try SQLiteDatabase(path: path)
        try await database.write {
            try $0.execute("CREATE TABLE filler (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        }
    }

    /// Writes a row of about a page for each number, in commits of many.
    private func fill(_ numbers: Range<Int>) async throws {
        let text = String(repeating: "x", count: 3_900)
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 50) {
            try await database.write { transaction in
                for number in start..<min(start + 50, numbers.upperBound) {
                    try transaction.execute("INSERT INTO filler (id, text) VALUES (\(Int64(number)), \(text))")
                }
            }
        }
    }

    private var logSize: Int { SQLiteConnection.size(of: path + "-wal") / 4_096 }

    @Test("begins anew while writes go on, and does not grow with them")
    func bounded() async throws {
        try await fill(0..<30_000)
        figure("pages of the log after 30,000 were written", logSize)
        #expect(logSize < 20_000)
        #expect(SQLiteConnection.size(of: path) > 10_000 * 4_096, "moved into the file meanwhile")
        database.close()
        let reader = try SQLiteConnection(path: path, role: .reader, busyTimeout: 1_000)
        #expect(try reader.run("SELECT count(*) FROM filler").first?.values.first == .integer(30_000))
    }

    @Test("grows while somebody reads an older state, and begins anew after that")
    func olderState() async throws {
        let reader = try SQLiteConnection(path: path, role: .reader, busyTimeout: 1_000)
        try reader.execute("BEGIN")
        _ = try reader.run("SELECT count(*) FROM filler")
        try await fill(0..<12_000)
        let grown = logSize
        #expect(grown > 12_000)
        try reader.execute("COMMIT")
        try await fill(12_000..<30_000)
        #expect(logSize < grown + 14_000)
        database.close()
    }
}
