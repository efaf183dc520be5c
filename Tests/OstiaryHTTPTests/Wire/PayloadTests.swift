// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite struct PayloadTests {
    private let names: FieldNames = ["s", "u", "i", "d", "b", "n", "a", "o", "username"]

    private func parse(_ body: String, _ contentType: String?) throws -> Payload {
        try Payload.parse(bytes: body.utf8, contentType: contentType, names: names)
    }

    @Test func `JSON fields`() throws {
        let body = #"{"s":"x","u":"\ud800","i":123,"d":1.50,"b":true,"n":null,"a":["x"],"o":{"a":1},"s":"y"}"#
        guard case .fields(let fields) = try parse(body, "application/json") else {
            Issue.record("not fields")
            return
        }
        #expect(fields["s"] == .string(JSONString("y")))
        #expect(fields["u"] == .string(JSONString("\u{FFFD}", loneSurrogate: 0xD800)))
        #expect(fields["i"] == .number(JSONNumber(123)))
        guard case .number(let decimal) = fields["d"] else {
            Issue.record("not a number")
            return
        }
        #expect(decimal.text == "1.50")
        #expect(fields["b"] == .bool(true))
        #expect(fields["n"] == .null)
        #expect(fields["a"] == .array)
        #expect(fields["o"] == .object)
        #expect(fields.count == 8)
    }

    @Test(
        arguments: [
            ("[]", .notAnObject(pythonTypeName: "list")), (#""x""#, .notAnObject(pythonTypeName: "str")),
            ("5", .notAnObject(pythonTypeName: "int")), ("5.0", .notAnObject(pythonTypeName: "float")),
            ("5e0", .notAnObject(pythonTypeName: "float")), ("true", .notAnObject(pythonTypeName: "bool")),
            ("null", .null), ("{}", .fields([:])),
        ] as [(String, Payload)])
    func `JSON documents that are no object`(body: String, payload: Payload) throws {
        #expect(try parse(body, "application/json") == payload)
    }

    @Test(
        arguments: [
            nil, "", "garbage", "text/plain", "application/json", "multipart/form-data",
            "application/x-www-form-urlencoded",
        ] as [String?])
    func `an empty body has no fields whatever its type`(contentType: String?) throws {
        #expect(try parse("", contentType) == .fields([:]))
    }

    @Test(arguments: [
        "application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json; charset=bogus",
        "application/json;charset=\"utf-8\"", " application/json ;", "application/json; charset=latin-1",
    ])
    func `JSON whatever the charset`(contentType: String) throws {
        #expect(try parse(#"{"a":"é"}"#, contentType) == .fields(["a": .string(JSONString("é"))]))
    }

    @Test(
        arguments: [
            nil, "", "garbage", "text/plain", "text/json", "application/vnd.api+json", "application/json-seq",
            "multipart/mixed; boundary=XB", "text/plain; charset=utf-8", "*/*", "application/*",
        ] as [String?])
    func `other media types`(contentType: String?) {
        #expect(throws: PayloadError.unsupportedMediaType(contentType ?? "")) { try parse("{}", contentType) }
    }

    @Test(arguments: [
        ("nonsense", "Expecting value at byte 0"),
        (#"{"email":"a1@example.com",}"#, "Expecting property name enclosed in double quotes at byte 26"),
        ("{} x", "Extra data at byte 3"),
        ("{'email':'x'}", "Expecting property name enclosed in double quotes at byte 1"),
        ("{\"email\":\"a\u{1}b\",\"password\":\"x\"}", "Invalid control character at byte 11"),
        (#"{"email":NaN}"#, "Out of range float values are not JSON compliant at byte 9"),
        ("  ", "Expecting value at byte 2"),
        ("{", "Expecting property name enclosed in double quotes at byte 1"),
        (String(repeating: "[", count: 30_000), "Nested too deeply at byte 64"),
    ])
    func `malformed JSON`(body: String, reason: String) {
        #expect(throws: PayloadError.malformedJSON(reason: reason)) { try parse(body, "application/json") }
    }

    @Test func `a byte order mark is passed over`() throws {
        #expect(try parse("\u{FEFF}{\"a\":1}", "application/json") == .fields(["a": .number(JSONNumber(1))]))
        let form = "application/x-www-form-urlencoded"
        #expect(try parse("\u{FEFF}a=1", form) == .fields(["a": .string(JSONString("1"))]))
        #expect(throws: PayloadError.self) { try parse("\u{FEFF}\u{FEFF}{}", "application/json") }
    }

    @Test func `a document has a thousand values at most`() throws {
        let ones = String(repeating: "1,", count: 997) + "1"
        #expect(try parse("{\"a\":[\(ones)]}", "application/json") == .fields(["a": .array]))
        #expect(throws: PayloadError.malformedJSON(reason: "Too many values at byte 2002")) {
            try parse("{\"a\":[1,\(ones)]}", "application/json")
        }
    }

    private static let list = FieldNames([
        Field("l", .ids, example: "", help: ""), Field("s", .text, example: "", help: ""),
    ])

    @Test(
        arguments: [
            (
                #"{"l":[1,"a",null,[2]],"s":[1]}"#, "application/json",
                ["l": .list([.number(JSONNumber(1)), .string(JSONString("a")), .null, .array]), "s": .array]
            ),
            (#"{"l":1}"#, "application/json", ["l": .number(JSONNumber(1))]),
            (
                "l=1&s=a&l=2&s=b", "application/x-www-form-urlencoded",
                ["l": .list([.string(JSONString("1")), .string(JSONString("2"))]), "s": .string(JSONString("b"))]
            ),
            ("l=", "application/x-www-form-urlencoded", ["l": .list([])]),
            (
                "--X\r\nContent-Disposition: form-data; name=l\r\n\r\n1\r\n--X\r\nContent-Disposition: form-data; name=l\r\n\r\n2\r\n--X--",
                "multipart/form-data; boundary=X", ["l": .list([.string(JSONString("1")), .string(JSONString("2"))])]
            ),
        ] as [(String, String, [String: FieldValue])])
    func `lists keep their elements`(body: String, type: String, fields: [String: FieldValue]) throws {
        #expect(try Payload.parse(bytes: body.utf8, contentType: type, names: Self.list) == .fields(fields))
    }

    @Test func `of a long list, no more is kept than it takes to refuse it`() throws {
        let json = "{\"l\":[\(String(repeating: "1,", count: 900))1]}"
        let form = String(repeating: "l=1&", count: 1_000)
        for (body, type) in [(json, "application/json"), (form, "application/x-www-form-urlencoded")] {
            guard case .fields(let fields) = try Payload.parse(bytes: body.utf8, contentType: type, names: Self.list),
                case .list(let elements)? = fields["l"]
            else {
                Issue.record("no list")
                return
            }
            #expect(elements.count == 501)
        }
    }

    @Test func `what no endpoint knows is not kept`() throws {
        #expect(try parse(#"{"x":1,"K":2,"\u212a":3}"#, "application/json") == .fields([:]))
    }

    @Test func `JSON that is not UTF-8`() {
        let body = Array(#"{"email":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)
        #expect(throws: PayloadError.malformedJSON(reason: "Invalid UTF-8 at byte 10")) {
            try Payload.parse(bytes: body, contentType: "application/json", names: names)
        }
    }

    @Test func `forms`() throws {
        let form = "application/x-www-form-urlencoded"
        #expect(try parse("username=bobform", form) == .fields(["username": .string(JSONString("bobform"))]))
        #expect(try parse("a=1", form.uppercased() + ";charset=x") == .fields(["a": .string(JSONString("1"))]))

        let multipart = "multipart/form-data; boundary=XBOUNDARYX"
        let body =
            "--XBOUNDARYX\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nbobmp\r\n--XBOUNDARYX--\r\n"
        #expect(try parse(body, multipart) == .fields(["username": .string(JSONString("bobmp"))]))
        #expect(try parse("garbage", multipart) == .fields([:]))
        #expect(throws: PayloadError.malformedMultipart(reason: "Invalid boundary in multipart: None")) {
            try parse(body, "multipart/form-data")
        }
    }
}
