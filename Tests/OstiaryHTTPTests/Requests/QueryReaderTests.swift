// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite("Strict parameters of a query")
struct QueryReaderTests {
    private func parameter(_ value: Parameter.Value, _ name: String = "p", isRequired: Bool = false) -> Parameter {
        Parameter(name, in: .query, value, isRequired: isRequired, example: "", help: "")
    }

    private func refused(_ reader: QueryReader) -> [String: [String]] {
        do {
            try reader.check()
            return [:]
        } catch {
            guard let refusal = error as? Refusal, refusal.code == .invalidFields,
                case .fields(let fields) = refusal.body
            else { return ["?": ["\(error)"]] }
            return Dictionary(fields.map { ($0.field, $0.messages.map(\.text)) }, uniquingKeysWith: +)
        }
    }

    @Test(
        "texts are decoded, and anything broken is refused",
        arguments: [
            ("p=a", "a"), ("p=a%20b+c%2B", "a b c+"), ("p=%C3%A9", "é"), ("x=1&p=a", "a"), ("%70=a", "a"),
            ("p=a=b", "a=b"), ("", nil), ("q=a", nil), ("P=a", nil), ("pp=a", nil),
        ] as [(String, String?)])
    func texts(query: String, value: String?) {
        var reader = QueryReader(query)
        #expect(reader.text(parameter(.text)) == value && refused(reader).isEmpty)
    }

    @Test(
        "broken ones name the parameter",
        arguments: [
            ("p=", "This parameter may not be blank."), ("p", "This parameter may not be blank."),
            ("p=a&p=b", "This parameter may be sent only once."), ("p=%", "Must be UTF-8, percent-encoded."),
            ("p=%2", "Must be UTF-8, percent-encoded."), ("p=%zz", "Must be UTF-8, percent-encoded."),
            ("p=%FF", "Must be UTF-8, percent-encoded."), ("p=%ED%A0%80", "Must be UTF-8, percent-encoded."),
            ("p=a%00", "Null characters are not allowed."),
            ("p=" + String(repeating: "a", count: 1_025), "Ensure this field has no more than 1024 characters."),
            ("p=" + String(repeating: "%41", count: 20_000), "Ensure this field has no more than 1024 characters."),
        ])
    func broken(query: String, message: String) {
        var reader = QueryReader(query)
        #expect(reader.text(parameter(.text)) == nil && refused(reader) == ["p": [message]])
    }

    @Test("the longest text that is read")
    func longest() {
        var reader = QueryReader("p=" + String(repeating: "%41", count: 1_024))
        #expect(reader.text(parameter(.text))?.utf8.count == 1_024 && refused(reader).isEmpty)
    }

    @Test("values of other types")
    func types() {
        var good = QueryReader("i=-5&b=false&t=2026-01-31T08:30:00%2B01:00&d=2026-01-31&c=-id")
        #expect(good.integer(parameter(.integer, "i")) == -5 && good.boolean(parameter(.boolean, "b")) == false)
        #expect(good.dateTime(parameter(.dateTime, "t"))?.iso8601 == "2026-01-31T07:30:00Z")
        #expect(good.dateTime(parameter(.dateTime, "d"))?.iso8601 == "2026-01-31T00:00:00Z")
        #expect(good.choice(parameter(.oneOf(["id", "-id"]), "c")) == "-id" && refused(good).isEmpty)
        var bad = QueryReader("i=5x&b=True&t=now&c=name&j=11")
        #expect(bad.integer(parameter(.integer, "i")) == nil && bad.boolean(parameter(.boolean, "b")) == nil)
        #expect(bad.dateTime(parameter(.dateTime, "t")) == nil)
        #expect(bad.choice(parameter(.oneOf(["id"]), "c")) == nil)
        #expect(bad.integer(parameter(.integer, "j"), in: 0...10) == nil)
        #expect(
            refused(bad) == [
                "i": ["A valid integer is required."], "b": ["Must be a valid boolean."],
                "t": ["Must be a time such as 2026-01-31T08:30:00Z, or a date such as 2026-01-31."],
                "c": [#""name" is not a valid choice."#], "j": ["Ensure this value is less than or equal to 10."],
            ])
    }

    @Test("a required parameter, and too many of them")
    func counts() {
        var reader = QueryReader("")
        #expect(reader.text(parameter(.text, isRequired: true)) == nil)
        #expect(refused(reader) == ["p": ["This parameter is required."]])
        #expect(refused(QueryReader(String(repeating: "a&", count: 100))).isEmpty)
        #expect(refused(QueryReader(String(repeating: "a&", count: 101)))["non_field_errors"] != nil)
        for query in [String(repeating: "&", count: 101) + "a", "&" + String(repeating: "a&", count: 100) + "b"] {
            #expect(refused(QueryReader(query))["non_field_errors"] != nil, "nothing is left out unseen")
        }
    }
}
