// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import OstiaryHTTP
import Testing

@testable import OstiaryWeb

@Suite("Pieces of pages")
struct HTMLTests {
    private func text(_ html: HTML) -> String { html.text }

    @Test(
        "what is interpolated is text, whatever stands in it",
        arguments: [
            ("<b>", "&lt;b&gt;"), ("\"\u{300}'", "&quot;\u{300}&#39;"), ("&amp;", "&amp;amp;"), ("\\(x)", "\\(x)"),
            ("{{x}}", "{{x}}"), ("", ""), ("a\u{0}<\u{0}", "a\u{FFFD}&lt;\u{FFFD}"), ("<", "&lt;"),
            ("Ä\u{2028}", "Ä\u{2028}"),
        ])
    func escaped(given: String, shown: String) {
        #expect(text(#"<p title="\#(given)">\#(given)</p>"#) == "<p title=\"\(shown)\">\(shown)</p>")
    }

    @Test("pieces stay markup inside pieces")
    func nested() {
        let inner: HTML = "<b>\("<")</b>"
        #expect(text("<i>\(inner)</i>\(7)") == "<i><b>&lt;</b></i>7")
        #expect(text("\(each(["a", "<"]) { "<li>\($0)</li>" })") == "<li>a</li><li>&lt;</li>")
        #expect(text("\(when(true, "<x>"))\(when(false, "<y>"))\(with("&" as String?) { "\($0)" })") == "<x>&amp;")
        #expect(text("\(with(nil as String?) { "\($0)" })").isEmpty)
    }

    @Test("an operation without a body has a button, a question has none")
    func plainForms() {
        let shown = page(of: APIOperation(.post, "/api/x/", name: "X", parsers: []))
        #expect(shown.contains(#"<form id="form" tabindex="-1" method="post" action="/api/x/" novalidate>"#))
        #expect(shown.contains(#"name="_method" value="POST""#) && shown.contains("send post"))
        #expect(!page(of: APIOperation(.get, "/api/x/", name: "X", parsers: [])).contains("<form"))
        #expect(page(of: APIOperation(.delete, "/api/x/", name: "X", parsers: [])).contains("Yes, DELETE"))
        let named = APIOperation(.delete, "/api/x/", name: "X", about: .init("Delete the X"), parsers: [])
        #expect(page(of: named).contains(">Delete the X<") && page(of: named).contains(">Yes, delete the X<"))
    }

    @Test("a table shows a page of rows and leads to the next")
    func table() {
        let table = KeysetTable(
            caption: "Users", columns: ["Id", "E-mail"], rows: [["1", "\("<a@b>")"]], next: "/admin/users/?after=1")
        let shown = text(table.html)
        #expect(shown.contains(#"<th scope="row">1</th><td data-label="E-mail"><div>&lt;a@b&gt;</div></td>"#))
        #expect(shown.contains(#"rel="next" href="/admin/users/?after=1""#))
        let empty = text(KeysetTable(caption: "Users", columns: ["Id"], rows: [], next: nil).html)
        #expect(empty.contains("None.") && !empty.contains("rel=\"next\""))
    }
}
