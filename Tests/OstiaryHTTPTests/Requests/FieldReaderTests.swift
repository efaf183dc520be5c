// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("Fields that are no texts")
struct FieldReaderTests {
    private static let flag = Field("f", .flag, example: "true", help: "")
    private static let number = Field("f", .integer(1...10), example: "5", help: "")
    private static let ids = Field("f", .ids, maximumCount: 3, example: "1, 2", help: "")
    private static let texts = Field("f", .texts, maximumLength: 4, maximumCount: 3, example: "a, b", help: "")
    private static let choice = Field("f", .choice(["a", "é"]), example: "a", help: "")
    private static let scalar = Field("f", .scalar, example: "5", help: "")

    private func reader(_ body: String, _ field: Field, _ type: String = "application/json") throws -> FieldReader {
        try FieldReader(Payload.parse(bytes: body.utf8, contentType: type, names: FieldNames([field])))
    }

    /// The messages of the refusal, separated by a bar; nil if there is none.
    private func refusal(_ reader: FieldReader) -> String? {
        do {
            try reader.check()
            return nil
        } catch let refusal as Refusal {
            guard case .fields(let fields) = refusal.body else { return "no fields" }
            return fields.flatMap(\.messages).map(\.text).joined(separator: "|")
        } catch {
            return "\(error)"
        }
    }

    private static let form = "application/x-www-form-urlencoded"

    @Test(
        "booleans",
        arguments: [
            (#"{"f":true}"#, true, nil), (#"{"f":false}"#, false, nil), (#"{"f":"true"}"#, true, nil),
            (#"{"f":"False"}"#, false, nil), (#"{"f":"on"}"#, true, nil), (#"{"f":"off"}"#, false, nil),
            (#"{"f":1}"#, nil, "Must be a valid boolean."), (#"{"f":""}"#, nil, "Must be a valid boolean."),
            (#"{"f":"tru\u0065\u0301"}"#, nil, "Must be a valid boolean."),
            (#"{"f":[]}"#, nil, "Must be a valid boolean."),
            (#"{"f":null}"#, nil, "This field may not be null."), ("{}", nil, "This field is required."),
        ] as [(String, Bool?, String?)])
    func flags(body: String, value: Bool?, message: String?) throws {
        var reader = try reader(body, Self.flag)
        #expect(reader.flag(Self.flag) == value && refusal(reader) == message)
    }

    @Test(
        "boxes of forms: of a repeated name the last value counts, and none is no answer",
        arguments: [("f=false&f=true", true), ("f=on", true), ("f=true&f=false", false), ("", nil)] as [(String, Bool?)]
    )
    func boxes(body: String, value: Bool?) throws {
        let field = Field("f", .flag, isRequired: false, example: "true", help: "")
        var reader = try reader(body, field, Self.form)
        #expect(reader.flag(field) == value && refusal(reader) == nil)
    }

    @Test(
        "numbers",
        arguments: [
            (#"{"f":1}"#, 1, nil), (#"{"f":10.0}"#, 10, nil), (#"{"f":" 7 "}"#, 7, nil), (#"{"f":"+7"}"#, 7, nil),
            (#"{"f":0}"#, nil, "Ensure this value is greater than or equal to 1."),
            (#"{"f":11}"#, nil, "Ensure this value is less than or equal to 10."),
            (#"{"f":1.5}"#, nil, "A valid integer is required."), (#"{"f":true}"#, nil, "A valid integer is required."),
            (#"{"f":"٧"}"#, nil, "A valid integer is required."), (#"{"f":""}"#, nil, "A valid integer is required."),
            (#"{"f":99999999999999999999}"#, nil, "A valid integer is required."),
            (#"{"f":1e999999999}"#, nil, "A valid integer is required."),
        ] as [(String, Int64?, String?)])
    func numbers(body: String, value: Int64?, message: String?) throws {
        var reader = try reader(body, Self.number)
        #expect(reader.integer(Self.number) == value && refusal(reader) == message)
    }

    @Test(
        "lists of ids",
        arguments: [
            (#"{"f":[3,1,3]}"#, [3, 1], nil), (#"{"f":[]}"#, [], nil), (#"{"f":["4"]}"#, [4], nil),
            (#"{"f":[1,2,3,4]}"#, nil, "Ensure this field has no more than 3 elements."),
            (#"{"f":[1,"x"]}"#, nil, "A valid integer is required."),
            (#"{"f":[null]}"#, nil, "A valid integer is required."),
            (#"{"f":"1"}"#, nil, #"Expected a list of items but got type "str"."#),
            (#"{"f":{}}"#, nil, #"Expected a list of items but got type "dict"."#),
            (#"{"f":1.5}"#, nil, #"Expected a list of items but got type "float"."#),
        ] as [(String, [Int64]?, String?)])
    func ids(body: String, value: [Int64]?, message: String?) throws {
        var reader = try reader(body, Self.ids)
        #expect(reader.ids(Self.ids) == value && refusal(reader) == message)
    }

    @Test("lists in forms")
    func formLists() throws {
        for (body, expected) in [("f=1&f=2", [1, 2]), ("f=", [])] as [(String, [Int64])] {
            var reader = try reader(body, Self.ids, Self.form)
            #expect(reader.ids(Self.ids) == expected && refusal(reader) == nil)
        }
    }

    @Test(
        "lists of texts",
        arguments: [
            (#"{"f":[" a ","b",5]}"#, ["a", "b", "5"], nil), (#"{"f":[]}"#, [], nil),
            (#"{"f":["a",""]}"#, nil, "This field may not be blank."),
            (#"{"f":["abcde"]}"#, nil, "Ensure this field has no more than 4 characters."),
            (#"{"f":["a\u0000"]}"#, nil, "Null characters are not allowed."),
            (#"{"f":["\ud800"]}"#, nil, "Surrogate characters are not allowed: U+D800."),
            (#"{"f":[true]}"#, nil, "Not a valid string."), (#"{"f":[["a"]]}"#, nil, "Not a valid string."),
            (#"{"f":["a","b","c","d"]}"#, nil, "Ensure this field has no more than 3 elements."),
        ] as [(String, [String]?, String?)])
    func texts(body: String, value: [String]?, message: String?) throws {
        var reader = try reader(body, Self.texts)
        #expect(reader.texts(Self.texts) == value && refusal(reader) == message)
    }

    @Test(
        "one of several texts",
        arguments: [
            (#"{"f":"a"}"#, "a", nil), (#"{"f":"é"}"#, "é", nil), (#"{"f":"b"}"#, nil, #""b" is not a valid choice."#),
            (#"{"f":"e\u0301"}"#, nil, "\"e\u{301}\" is not a valid choice."),
            (#"{"f":""}"#, nil, "This field may not be blank."),
        ] as [(String, String?, String?)])
    func choices(body: String, value: String?, message: String?) throws {
        var reader = try reader(body, Self.choice)
        #expect(reader.choice(Self.choice) == value && refusal(reader) == message)
    }

    @Test("of a text that is no choice, only the start is repeated")
    func longChoice() throws {
        var reader = try reader(#"{"f":"\#(String(repeating: "x", count: 10_000))"}"#, Self.choice)
        #expect(reader.choice(Self.choice) == nil && refusal(reader).map { $0.utf8.count < 100 } == true)
    }

    @Test(
        "a scalar is a text, a number or a boolean, and an array is none",
        arguments: [
            (#"{"f":5}"#, "5"), (#"{"f":true}"#, "true"), (#"{"f":" x "}"#, "x"), (#"{"f":[]}"#, nil),
        ] as [(String, String?)])
    func scalars(body: String, value: String?) throws {
        var reader = try reader(body, Self.scalar)
        #expect(reader.text(Self.scalar) == value)
    }
}
