// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import OstiaryHTTP

@Suite struct BodyFormatTests {
    @Test(
        arguments: [
            ("application/json", .json), (" APPLICATION/Json ;Charset=UTF-8", .json),
            ("multipart/form-data; boundary=x", .multipart), ("application/x-www-form-urlencoded;", .form),
            ("application/ json", nil), ("application/json/", nil), ("\"application/json\"", nil), ("", nil),
            (";", nil),
            // U+212A, the Kelvin sign, folds to k in Unicode, and U+017F to s.
            ("application/j\u{17F}on", nil),
        ] as [(String, BodyFormat?)])
    func `media types`(header: String, format: BodyFormat?) {
        #expect(BodyFormat(contentType: header) == format)
    }

    @Test(
        arguments: [
            ("a/b; charset=UTF-8", "charset", "UTF-8"), ("a; boundary=\"a;b \\\"c\\\\\"", "boundary", "a;b \"c\\"),
            ("a;charset = \t d ;e;;f=", "charset", "d"), ("a; x=1; X=2", "x", "2"),
            ("a; x=\"C:\\dir\"", "x", "C:\\dir"),
            ("a; x=\"open; y=1", "x", "\"open; y=1"), ("a; x=\"", "x", "\""), ("a; x=\"\\\"", "x", "\\"),
            ("a; f=", "x", nil), ("\"a;x=1/b\"", "x", nil),
        ] as [(String, String, String?)])
    func `parameters`(header: String, name: String, value: String?) {
        let names: [String: StaticString] = ["charset": "charset", "boundary": "boundary", "x": "x"]
        let found = names[name].flatMap { ParameterizedValue(header.octets)[$0] }
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == value)
    }
}
