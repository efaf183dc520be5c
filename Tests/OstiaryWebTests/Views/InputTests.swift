// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryCore
import OstiaryHTTP
import Testing

@testable import OstiaryWeb

@Suite("Inputs of fields that are no texts")
struct InputTests {
    private func input(
        _ kind: Field.Kind, example: String = "", typed: String? = nil, known: JSONObject? = nil
    ) -> String {
        InputView(
            Field("f", kind, example: example, help: "Help."), operation: "put", typed: typed, known: known,
            problems: nil
        ).html.text
    }

    @Test("a box sends true or false, and begins as it is now")
    func flags() {
        let box = #"type="checkbox" value="true""#
        let unticked = #"<input type="hidden" name="f" value="false">"#
        for html in [input(.flag, example: "true"), input(.flag, example: "false")] {
            #expect(html.contains(box) && html.contains(unticked))
        }
        #expect(input(.flag, example: "true").contains(box + " checked"))
        #expect(!input(.flag, example: "true", known: ["f": false]).contains("checked"))
        #expect(input(.flag, example: "false", known: ["f": true]).contains(box + " checked"))
        #expect(!input(.flag, example: "true", typed: "false", known: ["f": true]).contains("checked"))
    }

    @Test("numbers, choices and lists")
    func others() {
        #expect(input(.integer(0...9), known: ["f": 7]).contains(#"type="number" value="7""#))
        #expect(input(.choice(["a", "b"]), typed: "b").contains("<option>a</option><option selected>b</option>"))
        let list = input(.ids, known: ["f": [["id": 3], ["id": 4]]])
        #expect(list.contains(#"<textarea id="put-f" name="f""#) && list.contains(">\n3\n4</textarea>"))
        #expect(input(.texts, typed: "<b>").contains(">\n&lt;b&gt;</textarea>"))
    }

    @Test("sample code has values of the right type, also in Python")
    func samples() throws {
        let fields = [
            Field("f", .flag, example: "true", help: ""), Field("n", .integer(0...9), example: "7", help: ""),
            Field("l", .ids, example: "1, 2", help: ""), Field("t", .text, example: #"a "true" \"#, help: ""),
        ]
        let document = OperationView.document(fields, known: nil)
        #expect(document == "{\n  \"f\": true,\n  \"n\": 7,\n  \"l\": [1,2],\n  \"t\": \"a \\\"true\\\" \\\\\"\n}")
        let operation = APIOperation(.post, "/api/x/", name: "X", about: .init("Do", fields: fields))
        let samples = Sample.samples(of: operation, path: "/api/x/", body: document, address: "https://a.example")
        let python = try #require(samples.first { $0.language == "Python" }).code
        #expect(python.contains(#""f": True,"#) && python.contains(#""a \"true\" \\""#))
    }

    @Test("of one page of a list, the ids of its elements are links, and no others")
    func links() {
        func links(_ json: String) -> [String] {
            let document = (try? JSONReader.read(Array(json.utf8))) ?? .null
            return JSONToken.tokens(of: document, membersAt: "/api/x/").compactMap(\.link).map(\.text)
        }
        #expect(
            links(#"{"results":[{"id":5,"user":{"id":7}},{"id":"a b"}],"next":null}"#) == [
                "/api/x/5/", "/api/x/a%20b/",
            ])
        #expect(links(#"[{"id":"a","of":{"id":"b"}}]"#) == ["/api/x/a/"])
    }
}
