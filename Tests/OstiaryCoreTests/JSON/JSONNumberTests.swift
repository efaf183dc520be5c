// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryCore

@Suite struct JSONNumberTests {
    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("5", 5), ("-17", -17),
            ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("123456789012345678901234567890", nil),
        ] as [(String, Int64?)])
    func `integer literals`(literal: String, value: Int64?) throws {
        let number = try read(literal)
        #expect(number.text == literal)
        #expect(number.isInteger)
        #expect(number.integer == value)
    }

    @Test(
        arguments: [
            ("1.0", 1), ("-0.0", 0), ("1e3", 1_000), ("1E+3", 1_000), ("-1.50e1", -15), ("10e-1", 1), ("1200e-2", 12),
            ("9007199254740993.0", 9_007_199_254_740_993), ("9.223372036854775807e18", .max),
            ("-9.223372036854775808e18", .min), ("-9223372036854775808.000e0", .min),
            ("1e18", 1_000_000_000_000_000_000),
            ("9.223372036854775808e18", nil), ("1e19", nil), ("1.5", nil), ("1e-1", nil), ("15e-1", nil),
            ("0.1e0", nil),
            ("1e999999999999999999999", nil), ("1e-999999999999999999999", nil), ("0e999999999999999999999", 0),
            ("0.0e-9223372036854775808", 0), ("0.1e-9223372036854775808", nil), ("10e9223372036854775807", nil),
            ("0.001e3", 1), ("100000000000000000000e-20", 1), ("1.00e00000000000000000000000002", 100),
        ] as [(String, Int64?)])
    func `literals with fraction or exponent`(literal: String, value: Int64?) throws {
        let number = try read(literal)
        #expect(!number.isInteger)
        #expect(number.integer == value)
    }

    @Test func `double values`() throws {
        #expect(try read("-12.5e1").double == -125)
        #expect(try read("0.1").double == 0.1)
        #expect(try read("9007199254740993").double == 9_007_199_254_740_992)
        #expect(try read("1e400").double == .infinity)
        #expect(try read("1e-400").double == 0)
    }

    @Test func `made from an integer`() {
        #expect(JSONNumber(.min).text == "-9223372036854775808")
        #expect(JSONNumber(1) != JSONNumber(literal: "1.0"))
    }

    private func read(_ literal: String) throws -> JSONNumber {
        guard case .number(let number) = try JSONReader.read(literal.utf8) else {
            throw JSONError(reason: "Not a number", offset: 0)
        }
        return number
    }
}
