// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@testable import OstiaryHTTP

@Suite struct MultipartFormTests {
    private func parse(
        _ body: String, boundary: String? = "XB",
        names: FieldNames = ["a", "b", "f", "é", "email", "password", "a\"b\\;c"]
    ) throws -> [String: FieldValue] {
        try MultipartForm.parse(body.utf8, boundary: boundary.map { Array($0.utf8) }, names)
    }

    private func part(_ name: String, _ value: String, _ more: String = "") -> String {
        "--XB\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n\(value)\r\n"
    }

    private func text(_ text: String) -> FieldValue {
        .string(JSONString(text))
    }

    @Test func `fields`() throws {
        let body = part("email", "first@example.com") + part("password", "secure\r\npassword\n") + "--XB--\r\n"
        #expect(try parse(body) == ["email": text("first@example.com"), "password": text("secure\r\npassword\n")])
        #expect(try parse(part("a", "") + "--XB--") == ["a": text("")])
        #expect(try parse(part("a", "1") + part("a", "2") + "--XB--") == ["a": text("2")])
        #expect(try parse("preamble\r\n" + part("a", "1") + "--XB--\r\n" + part("b", "2")) == ["a": text("1")])
    }

    @Test func `header spellings`() throws {
        let body = "--XB \t\r\nContent-Type: text/plain\r\ncontent-DISPOSITION:form-data;NAME=a\r\n\r\n1\r\n--XB--"
        #expect(try parse(body) == ["a": text("1")])
        #expect(try parse(part(#"a\"b\\;c"#, "1") + "--XB--") == ["a\"b\\;c": text("1")])
        #expect(try parse(part("é", "1") + "--XB--") == ["é": text("1")])
    }

    @Test func `files`() throws {
        #expect(try parse(part("f", "1", "; filename=\"x.txt\"") + "--XB--") == ["f": .file])
        #expect(try parse(part("f", "1", "; filename*=UTF-8''x") + "--XB--") == ["f": .file])
        #expect(try parse(part("f", "", "; filename=\"\"") + "--XB--") == ["f": text("")])
    }

    @Test func `bytes that are not UTF-8`() throws {
        let body = Array(part("a", "").utf8.dropLast(2)) + [0xFF] + Array("\r\n--XB--".utf8)
        #expect(try MultipartForm.parse(body, boundary: Array("XB".utf8), ["a"]) == ["a": text("\u{FFFD}")])
    }

    @Test(arguments: [
        "garbage", "", "\r\n", "--XB--", "--XB", "--XB\r\n", "--XBx\r\nContent-Disposition: form-data; name=a\r\n\r\n1",
        "--XB\r\nContent-Disposition: form-data; nam=a\r\n\r\n1\r\n--XB--",
        "--XB\r\nContent-Disposition: form-data; name=a\r\n1\r\n--XB--",
        "--XB\r\n\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--XB--",
        "--XB\r\nContent-Disposition\r\n\r\n1\r\n--XB--",
        "Content-Disposition: form-data; name=a\r\n\r\n1\r\n--XB--",
    ])
    func `what gives no field`(body: String) throws {
        #expect(try parse(body).isEmpty)
    }

    @Test func `a delimiter takes a whole line`() throws {
        #expect(try parse(part("a", "x--XB\r\n--XBC\r\n --XB") + "--XB--") == ["a": text("x--XB\r\n--XBC\r\n --XB")])
        #expect(try parse("--XB\r\nContent-Disposition: form-data; name=a\r\n\r\n1\n--XB--") == ["a": text("1")])
    }

    @Test func `a missing last delimiter is forgiven`() throws {
        #expect(try parse(part("a", "1") + part("b", "2")) == ["a": text("1"), "b": text("2\r\n")])
    }

    @Test(
        arguments: [
            (nil, "None"), ("", ""), ("a ", "a "), ("é", "é"), ("a\u{7F}", "a\u{7F}"),
            (String(repeating: "x", count: 202), String(repeating: "x", count: 201)),
        ] as [(String?, String)])
    func `invalid boundaries`(boundary: String?, named: String) {
        #expect(throws: MultipartError(reason: "Invalid boundary in multipart: \(named)")) {
            try parse("garbage", boundary: boundary)
        }
    }

    @Test(arguments: ["base64", "Quoted-Printable", "x-own"])
    func `transfer encodings`(encoding: String) throws {
        func body(_ encoding: String) -> String {
            "--XB\r\nContent-Transfer-Encoding: \(encoding)\r\n"
                + "Content-Disposition: form-data; name=a\r\n\r\nMQ==\r\n--XB--"
        }
        #expect(throws: MultipartError(reason: "Unsupported Content-Transfer-Encoding")) { try parse(body(encoding)) }
        #expect(try parse(body("8BIT ")) == ["a": text("MQ==")])
    }

    @Test func `bounds`() throws {
        let thousand = (0..<1_000).map { part("a\($0)", "1") }.joined()
        let names = FieldNames((0..<1_000).map { "a\($0)" })
        #expect(try parse(thousand, names: names).count == 1_000)
        #expect(try parse(thousand + "--XB--", names: names).count == 1_000)
        for body in [thousand + part("b", "1"), thousand + part("b", "1") + "--XB--"] {
            #expect(throws: MultipartError(reason: "Too many parts")) { try parse(body) }
        }

        let disposition = "Content-Disposition: form-data; name=\"a\"\r\nX-Extra: "
        let padding = String(repeating: "x", count: 8_192 - disposition.utf8.count)
        func body(_ padding: String) -> String {
            "--XB\r\n\(disposition)\(padding)\r\n\r\n1\r\n--XB--"
        }
        #expect(try parse(body(padding)) == ["a": text("1")])
        #expect(throws: MultipartError(reason: "Part header is too large")) { try parse(body(padding + "x")) }
    }
}
