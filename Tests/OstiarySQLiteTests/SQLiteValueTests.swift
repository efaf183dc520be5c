// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import OstiarySQLite
import OstiaryTestSupport
import Testing

@Suite struct SQLiteValueTests {
    private let folder: TemporaryDirectory
    private let connection: SQLiteConnection

    init() throws {
        folder = try TemporaryDirectory()
        connection = try SQLiteConnection(path: folder.file("a.db"), role: .writer, busyTimeout: 1_000)
        try connection.execute("CREATE TABLE t (k TEXT PRIMARY KEY, v)")
    }

    private func roundTrip(_ value: SQLValue) throws -> SQLRow {
        try connection.execute("DELETE FROM t")
        try connection.execute("INSERT INTO t (k, v) VALUES ('k', \(value))")
        return try #require(connection.run("SELECT v FROM t WHERE v IS \(value)").first)
    }

    @Test(arguments: [
        "", "\u{0}", "a\u{0}b", "\u{0}\u{0}", "'; DROP TABLE t; --", "?1 $1 :a @b", "\"", "%_\\", "e\u{301}",
    ])
    func text(_ text: String) throws {
        // Compared as bytes: Swift calls canonically equivalent strings equal.
        #expect(Array(try roundTrip(.text(text)).text(0).utf8) == Array(text.utf8))
    }

    @Test func everyUnicodeScalar() throws {
        for plane in UInt32(0)...16 {
            var text = ""
            for code in (plane << 16)...(plane << 16 | 0xffff) {
                if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
            }
            #expect(Array(try roundTrip(.text(text)).text(0).utf8) == Array(text.utf8), "plane \(plane)")
        }
    }

    @Test(arguments: [[], [0], [0, 0, 255], Array(repeating: 7, count: 100_000)] as [[UInt8]])
    func blob(_ bytes: [UInt8]) throws {
        #expect(try roundTrip(.blob(bytes)).blob(0) == bytes)
    }

    @Test(arguments: [Int64.min, -1, 0, 1, .max])
    func integer(_ number: Int64) throws {
        #expect(try roundTrip(.integer(number)).integer(0) == number)
    }

    @Test func null() throws {
        #expect(try roundTrip(.null).optionalText(0) == nil)
    }

    @Test func textThatDiffersBehindANULIsAnotherKey() throws {
        try connection.execute("INSERT INTO t (k) VALUES (\("a\u{0}b"))")
        try connection.execute("INSERT INTO t (k) VALUES (\("a\u{0}c"))")
        #expect(try connection.run("SELECT k FROM t").count == 2)
    }

    @Test func whatIsNeitherUTF8NorWholeIsAnError() throws {
        #expect(throws: SQLError.self) { try connection.run("SELECT CAST(x'ff' AS TEXT)") }
        #expect(throws: SQLError.self) { try connection.run("SELECT 1.5") }
        #expect(try connection.run("SELECT 1")[0].integer(0) == 1)
    }

    @Test func tenThousandRows() throws {
        try connection.execute("BEGIN")
        for number in Int64(0)..<10_000 {
            try connection.execute("INSERT INTO t (k, v) VALUES (\("k\(number)"), \(number))")
        }
        try connection.execute("COMMIT")
        let rows = try connection.run("SELECT v FROM t ORDER BY v")
        #expect(try rows.map { try $0.integer(0) } == Array(0..<10_000))
    }

    @Test func onlyOneStatementAQuery() throws {
        #expect(throws: SQLError.self) { try connection.run("SELECT 1; DELETE FROM t") }
        #expect(throws: SQLError.self) { try connection.run("") }
        #expect(throws: SQLError.self) { try connection.run("SELECT ?") }
        #expect(throws: SQLError.self) { try connection.script("SELECT 1;\u{0} SELECT 2") }
    }

    @Test func changedRowsAreCounted() throws {
        #expect(try connection.execute("INSERT INTO t (k) VALUES ('a'), ('b')") == 2)
        #expect(try connection.execute("CREATE TABLE u (a)") == 0)
        #expect(try connection.execute("SELECT 1") == 0)
        #expect(try connection.execute("UPDATE t SET v = 1 WHERE k = 'a'") == 1)
        #expect(try connection.execute("UPDATE t SET v = 1 WHERE k = 'z'") == 0)
        #expect(try connection.execute("DELETE FROM t") == 2)
    }

    @Test func preparedStatementsAreBounded() throws {
        for number in 0..<600 {
            let name = try #require(SQLIdentifier("c\(number)"))
            #expect(try connection.run("SELECT \(Int64(number)) AS \(table: name)")[0].integer(0) == Int64(number))
            #expect(connection.preparedStatements <= 256)
        }
    }

    @Test func violationsHaveTheirCodes() async throws {
        try connection.script(
            """
            CREATE TABLE p (a INTEGER PRIMARY KEY, b TEXT, c TEXT NOT NULL, d INTEGER CHECK (d > 0), UNIQUE (b, c));
            CREATE TABLE q (p INTEGER REFERENCES p (a));
            CREATE UNIQUE INDEX p_lower ON p (lower(c));
            INSERT INTO p VALUES (1, 'b', 'c', 1);
            """
        )
        func violation(_ query: SQLQuery) async -> SQLError.Code? { await code { try connection.execute(query) } }
        let lower = SQLError.Code.uniqueViolation(constraint: "index 'p_lower'")
        #expect(await violation("INSERT INTO p VALUES (2, 'b', 'c', 1)") == lower)
        #expect(await violation("INSERT INTO p VALUES (1, 'x', 'y', 1)") == .uniqueViolation(constraint: "p.a"))
        try connection.execute("DROP INDEX p_lower")
        #expect(await violation("INSERT INTO p VALUES (2, 'b', 'c', 1)") == .uniqueViolation(constraint: "p.b, p.c"))
        #expect(await violation("INSERT INTO p VALUES (2, 'b', NULL, 1)") == .constraint)
        #expect(await violation("INSERT INTO p VALUES (2, 'b', 'd', 0)") == .constraint)
        #expect(await violation("INSERT INTO q VALUES (9)") == .foreignKeyViolation)
        #expect(await violation("INSERT INTO nowhere VALUES (9)") == .noSuchTable)
    }
}
