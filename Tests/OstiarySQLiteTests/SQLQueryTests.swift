// SPDX-License-Identifier: Apache-2.0

import OstiarySQL
import Testing

@Suite struct SQLQueryTests {
    @Test func interpolationsBecomeBindings() throws {
        let table = try #require(SQLIdentifier("ostiary_user"))
        let nothing: String? = nil
        let query: SQLQuery = """
            SELECT '?' FROM \(table: table) WHERE a = \(Int64(7)) AND b = \("x'; --") AND c = \([UInt8(1)]) \
            AND d = \(true) AND e = \(nothing)\(raw: " LIMIT 1")
            """
        #expect(
            query.text(for: .sqlite)
                == "SELECT '?' FROM ostiary_user WHERE a = ? AND b = ? AND c = ? AND d = ? AND e = ? LIMIT 1"
        )
        #expect(
            query.text(for: .postgres)
                == "SELECT '?' FROM ostiary_user WHERE a = $1 AND b = $2 AND c = $3 AND d = $4 AND e = $5 LIMIT 1"
        )
        #expect(query.bindings == [.integer(7), .text("x'; --"), .blob([1]), .integer(1), .null])
    }

    @Test func numbersPastNineAreWhole() {
        var parts = SQLQuery.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        for number in 1...12 { parts.appendInterpolation(Int64(number)) }
        #expect(SQLQuery(stringInterpolation: parts).text(for: .postgres) == "$1$2$3$4$5$6$7$8$9$10$11$12")
    }

    @Test func descriptionsHoldNoValues() {
        let query: SQLQuery = "SELECT \("geheim")"
        #expect("\(query)" == "SELECT ?")
        #expect(!"\(SQLRow([.text("geheim")]))".contains("geheim"))
        let error = SQLError(.other, detail: "near geheim", driverCode: 1)
        #expect("\(error)" == "the database reported an error")
        #expect(String(reflecting: error).contains("near geheim"))
    }

    @Test(arguments: ["a", "_", "ostiary_user", "a1", String(repeating: "a", count: 63)])
    func goodIdentifiers(_ name: String) {
        #expect(SQLIdentifier(name)?.name == name)
    }

    @Test(arguments: [
        "", "1a", "A", "a-b", "a b", "a\"b", "a;", "é", "a\u{0}", "a\u{301}", "main.a",
        String(repeating: "a", count: 64),
    ])
    func badIdentifiers(_ name: String) {
        #expect(SQLIdentifier(name) == nil)
    }

    @Test func aWrongColumnIsAnError() throws {
        let row = SQLRow([.integer(2), .text("t"), .blob([3]), .null, .integer(0)])
        #expect(try row.integer(0) == 2)
        #expect(try row.text(1) == "t")
        #expect(try row.blob(2) == [3])
        #expect(try row.optionalText(3) == nil)
        #expect(try row.optionalInteger(3) == nil)
        #expect(try row.optionalBlob(3) == nil)
        #expect(try row.optionalBool(3) == nil)
        #expect(try row.bool(4) == false)
        for column in [-1, 1, 2, 3, 5, .max, .min] {
            #expect(throws: SQLError.self) { try row.integer(column) }
            #expect(throws: SQLError.self) { try row.bool(column) }
        }
        #expect(throws: SQLError.self) { try row.bool(0) }
        #expect(throws: SQLError.self) { try row.text(3) }
        #expect(throws: SQLError.self) { try row.blob(1) }
    }
}
