// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite struct FormURLEncodedTests {
    @Test(
        arguments: [
            (
                "email=form%40example.com&password=securepassword",
                [
                    "email": "form@example.com", "password": "securepassword",
                ]
            ),
            ("email=&password=", ["email": "", "password": ""]),
            ("email=bad&email=form2%40example.com", ["email": "form2@example.com"]),
            (#"{"email":"a1@example.com","password":"x"}"#, [#"{"email":"a1@example.com","password":"x"}"#: ""]),
            ("", [:]),
            ("&&a=1&&", ["a": "1"]),
            ("a", ["a": ""]),
            ("=x", ["": "x"]),
            ("a=b=c", ["a": "b=c"]),
            ("a+b=c+d%2B", ["a b": "c d+"]),
            ("a=%", ["a": "%"]),
            ("a=%4", ["a": "%4"]),
            ("a=%zz%4g%g4%+1", ["a": "%zz%4g%g4% 1"]),
            ("a=%c3%A9%00", ["a": "é\0"]),
            ("a=%25%34%31", ["a": "%41"]),
            ("a=%ff%e2%82x", ["a": "\u{FFFD}\u{FFFD}x"]),
            ("a=1;b=2", ["a": "1;b=2"]),
            ("%61=1&a=2", ["a": "2"]),
            ("пароль=é", ["пароль": "é"]),
        ] as [(String, [String: String])])
    func fields(body: String, expected: [String: String]) throws {
        let names = FieldNames(expected.keys)
        #expect(try FormURLEncoded.parse(body.utf8, names) == expected.mapValues { .string(JSONString($0)) })
    }

    @Test func `names that no endpoint knows are passed over`() throws {
        let body = "\(String(repeating: "a", count: 60_000))=1&b=2&%62=3&c=4&\u{212A}=5"
        #expect(try FormURLEncoded.parse(body.utf8, ["b", "K"]) == ["b": .string(JSONString("3"))])
        #expect(FormURLEncoded.pairs(body.utf8).map(\.name) == ["b", "b", "c"])
        #expect(FormURLEncoded.pairs("\(String(repeating: "%61", count: 64))=1&a%00=2&a%20b=3".utf8).count == 1)
    }

    @Test func `bytes that are not UTF-8`() throws {
        let body: [UInt8] = [0x61, 0x3D, 0xFF, 0x62]
        #expect(try FormURLEncoded.parse(body, ["a"]) == ["a": .string(JSONString("\u{FFFD}b"))])
    }

    @Test func `a thousand fields and no more`() throws {
        let body = (0..<1_000).map { "a\($0)=1" }.joined(separator: "&")
        #expect(try FormURLEncoded.parse("\(body)&".utf8, ["a0", "a999"]).count == 2)
        #expect(throws: FormError(reason: "Too many fields")) { try FormURLEncoded.parse("\(body)&a".utf8, []) }
    }
}
