// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

private func decode(_ text: String) throws(ConstanceError) -> ConstanceValue? {
    try ConstanceCodec.decode(Array(text.utf8))
}

@Suite struct ConstanceDecodingTests {
    @Test(arguments: ["", "null", " null\n", #"{"__type__": "default", "__value__": null}"#])
    func nothingMeansTheDefault(text: String) throws {
        #expect(try decode(text) == nil)
    }

    @Test(
        arguments: [
            ("42", .integer(42)), (" -0 ", .integer(0)), ("true", .bool(true)), (#""text""#, .string("text")),
            ("4.20e1", .float(42)), ("1E3", .float(1000)), ("[1,[]]", .list([.integer(1), .list([])])),
            (#"{"a":{}}"#, .object([.init("a", .object([]))])),
            (#"{"__value__":600,"__type__":"default"}"#, .integer(600)),
            ("\t{ \"__type__\" :\r\n\"\\u0064efault\" , \"__value__\" : 600 } ", .integer(600)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            (#""é\u00e9\/""#, .string("éé/")),
            (#"{"__type__": "timedelta", "__value__": 5}"#, .timedelta(seconds: 5)),
            (
                #"{"__type__": "uuid", "__value__": "ABCDEF00-0000-0000-0000-000000000001"}"#,
                .uuid(0xABCD_EF00_0000_0000_0000_0000_0000_0001)
            ),
            (
                #"{"__type__": "default", "__value__": {"__type__": "date", "__value__": "2024-02-29"}}"#,
                .date("2024-02-29")
            ),
            (#"{"a": 1, "b": 2, "a": 3}"#, .object([.init("a", .integer(3)), .init("b", .integer(2))])),
        ] as [(String, ConstanceValue)])
    func everySpellingIsRead(text: String, value: ConstanceValue) throws {
        #expect(try decode(text) == value)
    }

    @Test(
        arguments: [
            ("9223372036854775808", .integerOutOfRange), ("[-9223372036854775809]", .integerOutOfRange),
            ("1e999", .notFinite), (#"{"__type__": "default", "__value__": -1e400}"#, .notFinite),
            (#""\ud800""#, .loneSurrogate), (#"{"\udc00": 1}"#, .loneSurrogate),
            (#"{"__type__": "money", "__value__": 1}"#, .unknownType),
            (#"{"__type__": 1, "__value__": 1}"#, .unknownType),
            (#"[{"__type__": "Default", "__value__": 1}]"#, .unknownType),
            (#"{"__type__": "default"}"#, .reservedKey), (#"{"__value__": 1}"#, .reservedKey),
            (#"{"__type__": "default", "__value__": 1, "a": 2}"#, .reservedKey),
        ] as [(String, ConstanceError)])
    func whatCannotBeHeldIsRefused(text: String, error: ConstanceError) {
        #expect(throws: error) { try decode(text) }
    }

    @Test(
        arguments: [
            "datetime": [
                "1", "null", #""""#, #""2023-10-05""#, #""2023-10-05 15:30:00""#, #""2023-10-05T15:30:00Z""#,
                #""2023-02-29T00:00:00""#, #""2023-10-05T15:30:00+24:00""#, #""2023-10-05T15:30:00.1""#,
            ],
            "date": [
                "20231005", #""20231005""#, #""0000-01-01""#, #""2023-00-01""#, #""2023-13-01""#, #""1900-02-29""#,
                #""2023-04-31""#, #""2023-1-01""#, #""2023-10-05 ""#, #""２０２３-10-05""#,
            ],
            "time": [#""15:30""#, #""24:00:00""#, #""15:60:00""#, #""15:30:60""#, #""15:30:00+""#, #""15:30:00.""#],
            "decimal": [
                "10.5", #""""#, #"".""#, #""NaN""#, #""Infinity""#, #""1_0""#, #"" 1""#, #""1e""#, #""e1""#,
                #""1.2.3""#,
                #""+-1""#, #""1e1e1""#, #""1E999999999999999999""#, #""-sNaN""#,
            ],
            "uuid": [
                "1", #""1234""#, #""1234567812345678123456781234567g""#, #""12345678-12345678-1234-5678-12345678""#,
                #""{12345678-1234-5678-1234-567812345678}""#, #""+2345678123456781234567812345678""#,
            ],
            "timedelta": [#""1""#, "true", "null", "86399999913600", "-86399999913600", "1e300"],
        ] as [String: [String]])
    func aValueHasToFitItsType(type: String, values: [String]) {
        for value in values {
            #expect(throws: ConstanceError.wrongShape(type: type), "\(value)") {
                try decode(#"{"__type__": "\#(type)", "__value__": \#(value)}"#)
            }
        }
    }

    @Test(arguments: [
        " ", "{", "[1,]", "nul", "01", "1 2", "'a'", "{a: 1}", "NaN", "-Infinity", "\u{FEFF}1", "\"\n\"",
        #"{"__type__": "default", "__value__": NaN}"#,
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect { try decode(text) } throws: {
            guard case .malformed? = $0 as? ConstanceError else { return false }
            return true
        }
    }

    @Test func picklesAreRefusedByName() {
        #expect(throws: ConstanceError.pickled) { try ConstanceCodec.decode([0x80, 0x04, 0x4B, 0x2A, 0x2E]) }
        #expect(throws: ConstanceError.pickled) {
            try ConstanceCodec.decode([0x80] + [UInt8](repeating: 0, count: 100_000))
        }
        #expect(ConstanceError.pickled.description.contains("save it again in Django"))
    }

    @Test func lengthAndDepthAreBounded() throws {
        let text = String(repeating: "x", count: ConstanceCodec.maximumLength - 2)
        #expect(try decode("\"\(text)\"") == .string(text))
        #expect(throws: ConstanceError.tooLong) { try decode("\"\(text)\" ") }
        #expect(throws: ConstanceError.integerOutOfRange) { try decode(String(repeating: "9", count: 60_000)) }

        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try decode(nested(ConstanceCodec.maximumDepth)) != nil)
        for depth in [ConstanceCodec.maximumDepth + 1, 30_000] {
            let error = ConstanceError.malformed(
                JSONError(reason: "Nested too deeply", offset: ConstanceCodec.maximumDepth))
            #expect(throws: error) { try decode(nested(depth)) }
        }
    }

    @Test func noErrorQuotesTheValue() {
        for text in ["hunter2", #"["hunter2""#, #"{"__type__": "hunter2", "__value__": "hunter2"}"#] {
            #expect { try decode(text) } throws: { !"\($0)".contains("hunter2") }
        }
    }
}
