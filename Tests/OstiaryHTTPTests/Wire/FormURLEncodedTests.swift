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
    func fields(body: String, expected: [String: String]) {
        #expect(FormURLEncoded.parse(body.utf8) == expected.mapValues { .string(JSONString($0)) })
    }

    @Test func `bytes that are not UTF-8`() {
        let body: [UInt8] = [0x61, 0x3D, 0xFF, 0x62]
        #expect(FormURLEncoded.parse(body) == ["a": .string(JSONString("\u{FFFD}b"))])
    }

    @Test func `any number of fields`() {
        let body = (0..<10_000).map { "a\($0)=1" }.joined(separator: "&")
        #expect(FormURLEncoded.parse(body.utf8).count == 10_000)
    }
}
