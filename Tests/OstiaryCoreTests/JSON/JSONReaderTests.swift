// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite struct JSONReaderTests {
    @Test(
        arguments: [
            ("null", .null),
            (" \t\r\ntrue\n", .bool(true)),
            ("false", .bool(false)),
            (#""""#, .string(JSONString(""))),
            ("[]", .array([])),
            ("{ }", .object([:])),
            (
                #"{"a":{"b":[{},[],""]}}"#,
                .object([
                    "a": .object(["b": .array([.object([:]), .array([]), .string(JSONString(""))])])
                ])
            ),
            (#"{"":null}"#, .object(["": .null])),
            ("[[[[ ]]]]", .array([.array([.array([.array([])])])])),
            ("\"\u{7F}\u{2028}\u{10FFFF}\"", .string(JSONString("\u{7F}\u{2028}\u{10FFFF}"))),
        ] as [(String, JSONValue)])
    func `well-formed documents`(document: String, value: JSONValue) throws {
        #expect(try JSONReader.read(document.utf8) == value)
    }

    @Test(arguments: [
        ("", "Expecting value", 0),
        ("  ", "Expecting value", 2),
        ("nonsense", "Expecting value", 0),
        ("tru", "Expecting value", 0),
        ("nullx", "Extra data", 4),
        ("{} x", "Extra data", 3),
        ("{}\0", "Extra data", 2),
        ("\u{0B}1", "Expecting value", 0),
        ("1\u{A0}", "Extra data", 1),
        ("{", "Expecting property name enclosed in double quotes", 1),
        (#"{"a":1,}"#, "Expecting property name enclosed in double quotes", 7),
        ("{'a':1}", "Expecting property name enclosed in double quotes", 1),
        ("{a:1}", "Expecting property name enclosed in double quotes", 1),
        (#"{"a"}"#, "Expecting ':' delimiter", 4),
        (#"{"a" 1}"#, "Expecting ':' delimiter", 5),
        (#"{"a":}"#, "Expecting value", 5),
        (#"{"a":1 "b":2}"#, "Expecting ',' delimiter", 7),
        ("[1,]", "Expecting value", 3),
        ("[,1]", "Expecting value", 1),
        ("[1 2]", "Expecting ',' delimiter", 3),
        ("[1", "Expecting ',' delimiter", 2),
        ("[1}", "Expecting ',' delimiter", 2),
        ("]", "Expecting value", 0),
        ("01", "Extra data", 1),
        ("-01", "Extra data", 2),
        ("-", "Expecting digit", 1),
        ("+1", "Expecting value", 0),
        (".5", "Expecting value", 0),
        ("1.", "Expecting digit", 2),
        ("1.e1", "Expecting digit", 2),
        ("1e", "Expecting digit", 2),
        ("1e+", "Expecting digit", 3),
        ("1e+-1", "Expecting digit", 3),
        ("0x10", "Extra data", 1),
        ("1_000", "Extra data", 1),
        ("//\n1", "Expecting value", 0),
        (#"""#, "Unterminated string", 1),
        (#""a"#, "Unterminated string", 2),
        (#""\"#, "Invalid escape", 2),
        (#""\x""#, "Invalid escape", 2),
        (#""\'""#, "Invalid escape", 2),
        (#""\u12"#, "Invalid \\uXXXX escape", 5),
        (#""\u12g4""#, "Invalid \\uXXXX escape", 5),
        (#""\u+123""#, "Invalid \\uXXXX escape", 3),
        (#""\ud83d\u12""#, "Invalid \\uXXXX escape", 11),
        ("{\"email\":\"a\u{1}b\",\"password\":\"x\"}", "Invalid control character", 11),
        ("\"\n\"", "Invalid control character", 1),
        ("\"\\n\t\"", "Invalid control character", 3),
        ("\u{FEFF}{}", "Unexpected byte order mark", 0),
        (#"{"email":NaN}"#, "Out of range float values are not JSON compliant", 9),
        ("Infinity", "Out of range float values are not JSON compliant", 0),
        ("[-Infinity]", "Out of range float values are not JSON compliant", 1),
        ("-NaN", "Expecting digit", 1),
        ("nan", "Expecting value", 0),
    ])
    func `malformed documents`(document: String, reason: String, offset: Int) {
        #expect(throws: JSONError(reason: reason, offset: offset)) {
            try JSONReader.read(document.utf8)
        }
    }

    @Test(
        arguments: [
            [0xFF],
            [0x80],
            [0xC0, 0xAF],
            [0xC1, 0xBF],
            [0xE0, 0x80, 0xAF],
            [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF],
            [0xF0, 0x80, 0x80, 0xAF],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xC3],
            [0xE2, 0x82],
            [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func `only UTF-8`(sequence: [UInt8]) {
        let document = Array(#"{"email":""#.utf8) + sequence + Array(#""}"#.utf8)
        let error = #expect(throws: JSONError.self) { try JSONReader.read(document) }
        #expect(error?.description == "Invalid UTF-8 at byte 10")
        #expect(throws: JSONError(reason: "Invalid UTF-8", offset: 1)) { try JSONReader.read([0x22] + sequence) }
    }

    @Test(
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t", nil),
            (#""\u00e9\u20AC""#, "é€", nil),
            (#""a\u0000b""#, "a\0b", nil),
            (#""\ud83d\ude00!""#, "😀!", nil),
            (#""\uD83D\uDE00""#, "😀", nil),
            (#""\ud800\udc00\udbff\udfff""#, "\u{10000}\u{10FFFF}", nil),
            (#""a\ud800b""#, "a\u{FFFD}b", 0xD800),
            (#""\udc01\ud800""#, "\u{FFFD}\u{FFFD}", 0xDC01),
            (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀", 0xD800),
            (#""\ud800\n""#, "\u{FFFD}\n", 0xD800),
            (#""\ud800""#, "\u{FFFD}", 0xD800),
            (#""\ud800\u0041""#, "\u{FFFD}A", 0xD800),
            (#""plain\\""#, #"plain\"#, nil),
        ] as [(String, String, UInt16?)])
    func `string escapes`(document: String, text: String, loneSurrogate: UInt16?) throws {
        #expect(try JSONReader.read(document.utf8) == .string(JSONString(text, loneSurrogate: loneSurrogate)))
    }

    @Test func `depth is bounded`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: #"[{"a":"#, count: depth / 2) + String(repeating: "}]", count: depth / 2)).utf8)
        }
        func arrays(_ depth: Int) -> [UInt8] {
            Array(repeating: 0x5B, count: depth) + Array(repeating: 0x5D, count: depth)
        }
        #expect(throws: Never.self) { try JSONReader.read(arrays(64)) }
        #expect(throws: JSONError(reason: "Nested too deeply", offset: 64)) { try JSONReader.read(arrays(65)) }
        #expect(throws: JSONError(reason: "Nested too deeply", offset: 64 * 3)) { try JSONReader.read(nested(100_000)) }
        #expect(throws: JSONError(reason: "Nested too deeply", offset: 0)) {
            try JSONReader.read(arrays(1), maximumDepth: 0)
        }
        #expect(throws: Never.self) { try JSONReader.read(arrays(512), maximumDepth: .max) }
        #expect(throws: JSONError(reason: "Nested too deeply", offset: 512)) {
            try JSONReader.read(arrays(100_000), maximumDepth: .max)
        }
        #expect(throws: Never.self) { try JSONReader.read("1".utf8, maximumDepth: .min) }
    }

    @Test func `repeated keys`() throws {
        let document = #"{"a":1,"b":2,"\u0061":3}"#.utf8
        let value = try JSONReader.read(document)
        #expect(value == .object(["a": .number(JSONNumber(3)), "b": .number(JSONNumber(2))]))
        #expect(throws: JSONError(reason: "Duplicate key", offset: 13)) {
            try JSONReader.read(document, duplicateKeys: .refused)
        }
        #expect(throws: JSONError(reason: "Duplicate key", offset: 12)) {
            try JSONReader.read(#"[{"a":{"x":1,"x":1}}]"#.utf8.dropFirst(), duplicateKeys: .refused)
        }
        #expect(throws: Never.self) { try JSONReader.read(#"[{"a":1},{"a":1}]"#.utf8, duplicateKeys: .refused) }
    }

    @Test func `every kind of collection`() throws {
        let bytes = Array(#"xx{"a":[1]}xx"#.utf8)
        let slice = bytes[2..<11]
        let expected = JSONValue.object(["a": .array([.number(JSONNumber(1))])])
        #expect(try JSONReader.read(slice) == expected)
        #expect(try JSONReader.read(AnyCollection(slice.lazy.map { $0 })) == expected)
        #expect(try slice.withUnsafeBytes { try JSONReader.read($0) } == expected)
        #expect(throws: JSONError(reason: "Expecting value", offset: 0)) {
            try JSONReader.read(UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }
}
