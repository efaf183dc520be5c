// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP
import Testing

@testable import OstiaryWeb

@Suite("Forms of the pages")
struct PageFormTests {
    private func form(_ body: String) -> PageForm { PageForm(Array(body.utf8)) }

    @Test("fields of the API, its parameters and what the pages need are told apart")
    func parts() {
        let sent = form("_token=t&_method=PUT&a=1&b=&_query.all=true&_query.after=&_header.X-A=h%C3%A9&a=2&_other=x")
        #expect(sent.token == "t" && sent.method == .put)
        #expect(sent.fields.map(\.name) == ["a", "b", "a"] && sent.fields.map(\.value) == ["1", "", "2"])
        #expect(sent.query.map(\.name) == ["all"] && sent.query.map(\.value) == ["true"], "an empty one is none")
        #expect(sent.headers.map(\.name) == ["X-A"] && sent.headers.map(\.value) == ["hé"])
        #expect(sent["a"] == "1" && sent["c"] == nil && sent.content == nil)
    }

    @Test("an empty form is a POST of nothing")
    func empty() {
        let sent = form("")
        #expect(sent.token.isEmpty && sent.method == .post && sent.fields.isEmpty && sent.content == nil)
        #expect(sent.contentType == "application/json")
    }

    @Test(
        "no method and no type but those of the API", arguments: ["TRACE", "CONNECT", "put", "PUT\u{301}", "", "GET "])
    func unknown(text: String) {
        #expect(form("_method=\(text)").method == .post)
        #expect(form("_content=x&_content_type=\(text)").contentType == "application/json")
    }

    @Test("a raw body keeps its type")
    func raw() {
        let sent = form("_content=a%3D1%26b&_content_type=application/x-www-form-urlencoded")
        #expect(sent.content == "a=1&b" && sent.contentType == "application/x-www-form-urlencoded")
    }

    private func json(_ body: String, _ fields: [Field] = []) -> String {
        String(decoding: form(body).json(of: fields), as: UTF8.self)
    }

    @Test("the document has each field once, as text")
    func document() {
        let (b, c) = (
            Field("b", .password, isRequired: false, example: "", help: ""), Field("c", .text, example: "", help: "")
        )
        #expect(json("") == "{}")
        #expect(json("a=1&b=true&_token=x&a=2") == #"{"a":"1","b":"true"}"#)
        #expect(json("a=%22%5C%0A%3C&b=") == #"{"a":"\"\\\n<","b":""}"#)
        #expect(json("a=&b=&c=x", [b, c]) == #"{"a":"","c":"x"}"#)
    }

    @Test(
        "a value has the type of its field, and stays text where it is none of the type",
        arguments: [
            (.flag, "true", "true"), (.flag, "false", "false"), (.flag, "yes", #""yes""#), (.flag, "", #""""#),
            (.integer(0...9), "7", "7"), (.integer(0...9), "12", "12"), (.integer(0...9), "x", #""x""#),
            (.integer(0...9), "1e3", #""1e3""#), (.ids, "", "[]"), (.ids, "1%0D%0A+2+%0A%0Ax", #"[1,2,"x"]"#),
            (.texts, "a+b%0A%0Dc", #"["a b","c"]"#), (.choice(["a"]), "b", #""b""#), (.scalar, "5", #""5""#),
        ] as [(Field.Kind, String, String)])
    func types(kind: Field.Kind, value: String, expected: String) {
        #expect(json("f=\(value)", [Field("f", kind, example: "", help: "")]) == #"{"f":\#(expected)}"#)
    }

    @Test("an empty input for an optional value that cannot be empty is not sent")
    func optional() {
        for kind in [.integer(0...9), .choice(["a"]), .password, .scalar] as [Field.Kind] {
            #expect(json("f=", [Field("f", kind, isRequired: false, example: "", help: "")]) == "{}")
            #expect(json("f=", [Field("f", kind, example: "", help: "")]) == #"{"f":""}"#)
        }
    }

    @Test("an input shows the present value: of a list one element on each line, of an object its id")
    func present() throws {
        let groups = try JSONReader.read(Array(#"[{"id":3,"name":"a"},{"id":4}]"#.utf8))
        let (ids, texts) = (Field("f", .ids, example: "", help: ""), Field("f", .texts, example: "", help: ""))
        #expect(ids.inputText(of: groups) == "3\n4")
        #expect(texts.inputText(of: ["a", "b"]) == "a\nb" && texts.inputText(of: []) == "")
        #expect(Field("f", .flag, example: "", help: "").inputText(of: true) == "true")
        #expect(Field("f", .text, example: "", help: "").inputText(of: ["a"]) == nil)
    }

    @Test("a secret in a raw body is suspected wherever it may be")
    func mentions() {
        func mentions(_ content: String, _ type: String = "application/json") -> Bool {
            let encoded = content.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return form("_content=\(encoded)&_content_type=\(type)").mentions(["password"])
        }
        let encoded = "application/x-www-form-urlencoded"
        #expect(mentions(#"{"password":"x"}"#) && mentions(#"{"p\u0061ssword":"x"}"#))
        #expect(mentions(#"{"password":"x"#) && mentions(#"{"p\u0061ssword"#))
        #expect(mentions("password=x", encoded) && mentions("p%61ssword=x", encoded))
        #expect(!mentions(#"{"email":"password"}"#) && !mentions(#"{"email""#) && !mentions("email=password", encoded))
        #expect(!form("password=x").mentions(["password"]), "no raw body")
    }

    @Test("a form is a POST with the type of forms")
    func detection() {
        func isSent(_ method: HTTPRequest.Method, _ type: String?) -> Bool {
            var headers = HTTPFields()
            headers[.contentType] = type
            return PageForm.isSent(
                by: IncomingRequest(method, "/", authority: "a", fields: headers))
        }
        let type = "application/x-www-form-urlencoded"
        #expect(isSent(.post, type) && isSent(.post, type + "; charset=utf-8"))
        #expect(!isSent(.get, type) && !isSent(.put, type) && !isSent(.post, nil) && !isSent(.post, "application/json"))
    }
}
