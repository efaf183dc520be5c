// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import OstiaryPostgres
import OstiarySQL
import OstiaryTestSupport
import Testing

@Suite("Values on PostgreSQL", .onItsOwnThread)
struct PostgresValueTests {
    private let server: PostgresServer
    private let name: String
    private let database: PostgresDatabase

    init() throws {
        server = try PostgresServer.shared.get()
        name = try server.makeDatabase()
        database = try server.open(name)
    }

    private func one(_ query: SQLQuery) async throws -> SQLRow { try await database.read { try $0.run(query)[0] } }

    @Test("come back as they went")
    func bothWays() async throws {
        defer { database.close() }
        for number in [Int64.min, -1, 0, 1, .max] { #expect(try await one("SELECT \(number)").integer(0) == number) }
        let planes = (0...16).compactMap { Unicode.Scalar(UInt32($0) * 0x1_0000 + 0xFFFD) }
        for text in ["", "'", "\\", "$1 ?", "e\u{301}", "\u{FEFF}", String(String.UnicodeScalarView(planes))] {
            let back = try await one("SELECT \(text)").text(0)
            #expect(Array(back.utf8) == Array(text.utf8))
        }
        for bytes in [[], [0], Array(0...255), [UInt8](repeating: 7, count: 200_000)] {
            #expect(try await one("SELECT \(bytes)").blob(0) == bytes)
        }
        #expect(try await one("SELECT \(true), \(false), NOT \(true)").values == [1, 0, 0].map { .integer($0) })
        let nothing = try await one(
            """
            SELECT \(nil as String?), \(nil as Int64?), \(nil as [UInt8]?), \(nil as Bool?), \(moment: nil),
                \(nil as String?) IS NULL
            """
        )
        #expect(nothing.values == [.null, .null, .null, .null, .null, .integer(1)])
        let small = try await one("SELECT 7::smallint, 7::integer, 7::oid, 'x'::char(3), 'y'::name")
        #expect(small.values == [.integer(7), .integer(7), .integer(7), .text("x  "), .text("y")])
    }

    @Test("moments know no time zone", arguments: ["Asia/Kathmandu", "America/St_Johns", "UTC"])
    func moments(zone: String) async throws {
        try server.query("ALTER DATABASE \(name) SET timezone = '\(zone)'")
        let database = try server.open(name)
        defer { database.close() }
        let times = [0, 1, -1, 1_800_000_000_123_456, 951_782_400_000_000].map(Timestamp.init(microseconds:))
        for time in times {
            let row = try await database.read { try $0.run("SELECT \(moment: time)")[0] }
            #expect(try Timestamp(sqlText: row.text(0)) == time)
        }
        try await database.write { transaction in
            try transaction.execute("CREATE TABLE moments (at TIMESTAMP WITH TIME ZONE)")
            try transaction.execute("INSERT INTO moments VALUES (\(moment: times[3]))")
        }
        #expect(
            try server.query("SET timezone = 'UTC'; SET datestyle = ISO; SELECT at FROM moments", in: name)
                == "2027-01-15 08:00:00.123456+00")
    }

    @Test("of other types are refused")
    func otherTypes() async throws {
        defer { database.close() }
        #expect(await code { try await one("SELECT 1.5") } == .decoding)
        #expect(await code { try await one("SELECT 1.5::float8") } == .decoding)
        #expect(await code { try await one("SELECT 'infinity'::timestamptz") } == .decoding)
        #expect(await code { try await one("SELECT '-infinity'::timestamptz") } == .decoding)
        #expect(await code { try await one("SELECT \("a\0b")") } == .invalidText)
        #expect(try await one("SELECT 1").integer(0) == 1, "the connection goes on")
    }

    @Test("violations have their codes, and tell no value")
    func violations() async throws {
        defer { database.close() }
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        try await database.add("secret")
        func error(_ query: SQLQuery) async -> SQLError? {
            do {
                try await database.write { try $0.execute(query) }
                return nil
            } catch { return error as? SQLError }
        }
        let long = "secret" + String(repeating: "x", count: 100)
        let cases: [(SQLQuery, SQLError.Code)] = [
            ("INSERT INTO item (name) VALUES (\("secret"))", .uniqueViolation(constraint: "item_name_key")),
            ("INSERT INTO item (name) VALUES (\(nil as String?))", .constraint),
            ("INSERT INTO item (name) VALUES (\(long))", .constraint),
            ("INSERT INTO part VALUES (99)", .foreignKeyViolation),
            ("INSERT INTO nowhere VALUES (\("secret"))", .noSuchTable),
            ("SELECT CAST(\("secret") AS BIGINT)", .constraint),
            ("SELECT CAST(\("secret") AS VARCHAR(3))::text::bigint", .constraint),
            ("SELEC", .other), ("SELECT 1; SELECT 2", .other), ("SELECT 1/0", .constraint),
        ]
        for (query, code) in cases {
            let error = await error(query)
            #expect(error?.code == code, "\(query)")
            #expect(error.map { String(reflecting: $0).contains("secret") } == false, "\(String(reflecting: error))")
        }
        let swallowed = await SQLError.Code.of {
            try await database.write { transaction in
                try transaction.execute("INSERT INTO item (name) VALUES ('before')")
                _ = try? transaction.execute("INSERT INTO item (name) VALUES ('secret')")
                _ = try? transaction.execute("INSERT INTO item (name) VALUES ('after')")
            }
        }
        #expect(swallowed == .uniqueViolation(constraint: "item_name_key"))
        #expect(try await database.itemCount() == 1)
    }

    @Test("a read sees one moment and writes nothing")
    func reading() async throws {
        defer { database.close() }
        try await Migrator(database, [items]).migrate(now: Timestamp(seconds: 1))
        let (server, name) = (server, name)
        let counts = try await database.read { connection in
            let first = try connection.run("SELECT count(*) FROM item")[0].integer(0)
            try server.query("INSERT INTO item (name) VALUES (random()::text)", in: name)
            return [first, try connection.run("SELECT count(*) FROM item")[0].integer(0)]
        }
        #expect(counts[0] == counts[1])
        let again = try await database.read { connection in
            let first = try? connection.run("SELECT 1")
            let second = try? connection.run("SELECT 2")
            return first != nil && second != nil
        }
        #expect(again, "a closure that swallows errors is run anew all the same")
        #expect(await code { try await database.read { try $0.execute("DELETE FROM item") } } == .readOnly)
        #expect(
            await code {
                try await database.read { connection in
                    _ = try connection.run("SELECT 1")
                    try connection.execute("DELETE FROM item")
                }
            } == .readOnly)
        #expect(await code { try await database.read { try $0.script("SELECT 1") } } == .readOnly)
        #expect(try await database.itemCount() > 0)
    }

    @Test("statements are prepared once, and boundedly many are kept")
    func prepared() async throws {
        let limits = PostgresLimits()
        let connection = try PostgresConnection.open(
            PostgresURL(server.url(name)), limits, until: PostgresDeadline(in: .seconds(5))
        )
        let before = connection.preparedStatements
        for number in 0..<3 {
            let query: SQLQuery = "SELECT \(Int64(number))"
            _ = try connection.exchange([PostgresStatement(query)], until: PostgresDeadline(in: .seconds(5)))
        }
        #expect(connection.preparedStatements == before + 1)
        for count in 1...300 {
            _ = try connection.exchange([Self.numbered(count)], until: PostgresDeadline(in: .seconds(5)))
            #expect(connection.preparedStatements <= 256)
        }
        database.close()
    }

    /// A statement whose text has a given length.
    private static func numbered(_ count: Int) -> PostgresStatement {
        var parts = SQLQuery.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        parts.appendLiteral("SELECT 1")
        for _ in 0..<count { parts.appendLiteral(" + 1") }
        return PostgresStatement(SQLQuery(stringInterpolation: parts))
    }
}

extension SQLError.Code {
    static func of<T>(_ body: () async throws -> T) async -> SQLError.Code? { await code(body) }
}
