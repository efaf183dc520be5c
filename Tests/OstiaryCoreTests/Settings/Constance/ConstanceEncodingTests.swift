// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

private func encode(_ value: ConstanceValue) throws -> String {
    String(decoding: try ConstanceCodec.encode(value), as: UTF8.self)
}

@Suite struct ConstanceEncodingTests {
    @Test(
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (108_000, "108000.0"), (0.0001, "0.0001"), (0.00001, "1e-05"),
            (0.000_123_4, "0.0001234"), (1e15, "1000000000000000.0"), (9_999_999_999_999_998, "9999999999999998.0"),
            (1e16, "1e+16"), (12_345_678_901_234_568, "1.2345678901234568e+16"), (1.5e-7, "1.5e-07"), (1e100, "1e+100"),
            (.leastNonzeroMagnitude, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (-2.5, "-2.5"),
            (100, "100.0"),
            (0x1p-44, "5.684341886080802e-14"), (1e23, "1e+23"),
        ] as [(Double, String)])
    func aFloatIsSpelledAsInPython(number: Double, text: String) throws {
        #expect(try encode(.float(number)) == #"{"__type__": "default", "__value__": \#(text)}"#)
    }

    @Test func everyCharacterOutsidePrintableASCIIIsEscaped() throws {
        #expect(
            try encode(.string("\u{8}\u{C}\r\u{1F} ~\u{7F}\u{80}\u{FFFF}\u{10000}\u{10FFFF}/"))
                == #"{"__type__": "default", "__value__": "\b\f\r\u001f ~\u007f\u0080\uffff\ud800\udc00\udbff\udfff/"}"#
        )
        #expect(try encode(.object([.init("ä\"", .null)])).contains(#"{"\u00e4\"": null}"#))
    }

    @Test func theIdentifierKeepsItsLeadingZeros() throws {
        #expect(try encode(.uuid(0xAB)) == #"{"__type__": "uuid", "__value__": "000000000000000000000000000000ab"}"#)
    }

    @Test func itemsAreWrappedOneByOne() throws {
        let value = ConstanceValue.list([.decimal("1.0"), .list([.uuid(0)]), .float(1), .object([])])
        #expect(
            try encode(value) == #"{"__type__": "default", "__value__": [{"__type__": "decimal", "__value__": "1.0"}, "#
                + #"[{"__type__": "uuid", "__value__": "00000000000000000000000000000000"}], 1.0, {}]}"#
        )
    }

    @Test(
        arguments: [
            (.float(.nan), .notFinite), (.list([.float(-.infinity)]), .notFinite),
            (.timedelta(seconds: .nan), .wrongShape(type: "timedelta")),
            (.timedelta(seconds: 8.64e13), .wrongShape(type: "timedelta")),
            (.datetime("now"), .wrongShape(type: "datetime")), (.date(""), .wrongShape(type: "date")),
            (.object([.init("a", .time("25:00:00"))]), .wrongShape(type: "time")),
            (.decimal("NaN"), .wrongShape(type: "decimal")),
            (.object([.init("__type__", .string("money"))]), .reservedKey),
            (.list([.object([.init("__value__", .null)])]), .reservedKey),
            (.object([.init("a", .null), .init("a", .null)]), .duplicateKey),
            (.string(String(repeating: "ä", count: 11_000)), .tooLong),
        ] as [(ConstanceValue, ConstanceError)])
    func whatWouldNotBeReadBackIsNotWritten(value: ConstanceValue, error: ConstanceError) {
        #expect(throws: error) { try ConstanceCodec.encode(value) }
    }

    @Test func twoSpellingsOfOneCharacterAreTwoKeys() throws {
        let value = ConstanceValue.object([.init("\u{E9}", .null), .init("e\u{301}", .null)])
        #expect(try ConstanceCodec.decode(ConstanceCodec.encode(value)) == value)
    }

    @Test func depthIsBoundedAsInReading() throws {
        func nested(_ depth: Int, _ innermost: ConstanceValue) -> ConstanceValue {
            (0..<depth).reduce(innermost) { value, _ in .list([value]) }
        }
        let limit = ConstanceCodec.maximumDepth
        for value in [nested(limit - 1, .integer(1)), nested(limit - 2, .date("2019-01-01"))] {
            #expect(try ConstanceCodec.decode(ConstanceCodec.encode(value)) == value)
            #expect(throws: ConstanceError.tooDeep) { try ConstanceCodec.encode(.list([value])) }
        }
    }
}
