// SPDX-License-Identifier: Apache-2.0

import OstiaryCore
import Testing

@Suite struct JSONWriterTests {
    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("", #""""#),
        ("first@example.com", #""first@example.com""#),
        ("\"\\/", #""\"\\/""#),
        ("\u{8}\u{C}\n\r\t", #""\b\f\n\r\t""#),
        ("a\u{0}b\u{1}\u{F}\u{10}\u{1F}\u{7F}", "\"a\\u0000b\\u0001\\u000f\\u0010\\u001f\u{7F}\""),
        ("a\u{2028}b\u{2029}", #""a\u2028b\u2029""#),
        ("\u{2027}\u{202A}\u{202E}€‰", "\"\u{2027}\u{202A}\u{202E}€‰\""),
        ("<b>Ünï</b> пароль😀密码\u{10FFFF}", "\"<b>Ünï</b> пароль😀密码\u{10FFFF}\""),
        ("\n\n", #""\n\n""#),
    ])
    func strings(text: String, literal: String) {
        #expect(written { $0.string(text) } == literal)
    }

    @Test func `commas and nesting`() {
        let text = written { writer in
            writer.beginObject()
            writer.key("id")
            writer.integer(.min)
            writer.key("na\"me")
            writer.string("x")
            writer.key("list")
            writer.beginArray()
            writer.null()
            writer.bool(true)
            writer.beginObject()
            writer.endObject()
            writer.beginArray()
            writer.endArray()
            writer.integer(7)
            writer.endArray()
            writer.key("last")
            writer.bool(false)
            writer.endObject()
        }
        #expect(text == #"{"id":-9223372036854775808,"na\"me":"x","list":[null,true,{},[],7],"last":false}"#)
    }

    @Test(arguments: [
        #"{"id":1,"username":"","email":"first@example.com"}"#,
        #"[null,true,false,-0,1.50e+10,"a\u2028b",{"":[{"a":{}},[]]}]"#,
    ])
    func `whole values`(document: String) throws {
        let value = try JSONReader.read(document.utf8)
        #expect(written { $0.write(value) } == document)
    }

    @Test func `a lone surrogate is written as the replacement character`() throws {
        let value = try JSONReader.read(#"{"a":"\ud800"}"#.utf8)
        #expect(written { $0.write(value) } == "{\"a\":\"\u{FFFD}\"}")
    }
}
