// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `Examples/notes`, an application with a Hummingbird server of its own. It is built without package access.
    @Suite struct Example {
        private let application: Application

        init() throws { application = try Application("Notes") }

        @Test("users of an application log in by Ostiary, and its own routes know them")
        func routes() throws {
            defer { application.end() }
            let email = freshEmail()
            #expect(try application.client.register(email).status == 200)
            let access = try application.client.tokens(email).access
            #expect(try application.ask("GET", "/hello/", nil).text == "Hello, stranger.\n")
            #expect(try application.ask("GET", "/hello/me/", access).text == "Hello, \(email).\n")
            let refused = try application.ask("GET", "/hello/me/", nil)
            #expect(refused.status == 401 && refused["WWW-Authenticate"] == #"Bearer realm="api""#)
            #expect(try application.ask("GET", "/hello/me/", "wrong").status == 401)
            #expect(try application.ask("GET", "/nowhere/", nil).status == 404)
            let page = try application.client.exchange(
                WireRequest("GET", "/login/?next=/api/me/", [("Accept", "text/html")]))
            #expect(
                page.status == 200 && page.text.contains("<title>Log in"), "the pages' own paths are Ostiary's, too")
            let marks = String(repeating: "\u{301}", count: 1_000)
            #expect(try (400..<500).contains(application.ask("GET", "/api/\(marks)", nil).status))
        }

        @Test("an endpoint of its own reads its body, keeps rows that go with their user, and is in the description")
        func endpoint() throws {
            defer { application.end() }
            let email = freshEmail()
            _ = try application.client.register(email)
            let access = try application.client.tokens(email).access
            #expect(try application.ask("GET", "/api/notes/", nil).status == 401)
            #expect(
                try application.ask("POST", "/api/notes/", access, json: #"{"text":"Buy milk."}"#).text
                    == #"{"id":1,"text":"Buy milk."}"#)
            #expect(try application.ask("GET", "/api/notes/", access).text == #"[{"id":1,"text":"Buy milk."}]"#)
            let blank = try application.ask("POST", "/api/notes/", access, json: "{}")
            #expect(blank.status == 400 && blank.text == #"{"text":["This field is required."]}"#)
            let large = "{\"text\":\"\(String(repeating: "x", count: 70_000))\"}"
            #expect(try application.ask("POST", "/api/notes/", access, json: large).status == 413)
            #expect(try application.ask("GET", "/api/schema/?format=json", nil).text.contains("\"/api/notes/\""))
            #expect(try application.ask("GET", "/api/", nil).text.contains("/api/notes/"))
            let page = try application.client.exchange(WireRequest("GET", "/api/notes/", [("Accept", "text/html")]))
            #expect(page.text.contains("List your notes"))

            #expect(
                try application.ask("DELETE", "/api/me/", access, json: #"{"password":"\#(WireClient.password)"}"#)
                    .status == 204)
            #expect(try application.count("notes_note") == 0)
        }
    }
}
