// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
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

    @Test("the document has each field once, as text")
    func document() {
        func json(_ body: String, _ optional: [String] = []) -> String {
            String(decoding: form(body).json(leavingOutEmpty: optional), as: UTF8.self)
        }
        #expect(json("") == "{}")
        #expect(json("a=1&b=true&_token=x&a=2") == #"{"a":"1","b":"true"}"#)
        #expect(json("a=%22%5C%0A%3C&b=") == #"{"a":"\"\\\n<","b":""}"#)
        #expect(json("a=&b=&c=x", ["b", "c"]) == #"{"a":"","c":"x"}"#)
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
