import Testing

@testable import OstiaryHTTP

@Suite struct MediaTypeTests {
    @Test(
        arguments: [
            ("application/json", "application", "json", [:]),
            (" APPLICATION/Json ;Charset=UTF-8", "application", "json", ["charset": "UTF-8"]),
            ("multipart/form-data; boundary=\"a;b \\\"c\\\\\"", "multipart", "form-data", ["boundary": "a;b \"c\\"]),
            ("a/b;c = \t d ;e;;f=", "a", "b", ["c": "d", "f": ""]),
            ("a/b; x=1; X=2", "a", "b", ["x": "2"]),
            ("a/b; x=\"C:\\dir\"", "a", "b", ["x": "C:\\dir"]),
            ("a/b; x=\"open; y=1", "a", "b", ["x": "\"open; y=1"]),
            ("a/b; x=\"", "a", "b", ["x": "\""]),
            ("a/b; x=\"\\\"", "a", "b", ["x": "\\"]),
            ("\"a;/b\"", "\"a;", "b\"", [:]),
            ("a/b/c", "a", "b/c", [:]),
        ] as [(String, String, String, [String: String])])
    func `media types`(text: String, type: String, subtype: String, parameters: [String: String]) {
        let media = MediaType(text)
        #expect(media?.type == type)
        #expect(media?.subtype == subtype)
        #expect(media?.parameters == parameters)
    }

    @Test(arguments: ["", " ", "garbage", "json;a/b=c", "/", "a/", "/b", ";", "a ;/b"])
    func `garbage`(text: String) {
        #expect(MediaType(text) == nil)
    }

    @Test func `case folding is that of ASCII`() {
        // U+212A, the Kelvin sign, folds to k in Unicode.
        #expect(MediaType("application/\u{212A}")?.subtype == "\u{212A}")
        #expect(MediaType("application/K")?.subtype == "k")
    }
}
