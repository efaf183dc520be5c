// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `Examples/embed`, the smallest application around the library. It is built without package access.
    @Suite struct Embed {
        private let application: Application

        init() throws { application = try Application("Embed") }

        @Test("an endpoint of its own reads its body and is in the description, and a route knows its caller")
        func endpoint() throws {
            defer { application.end() }
            let email = "ada@example.com"
            #expect(try application.client.register(email).status == 200)
            let access = try application.client.tokens(email).access
            let greeted = try application.ask("POST", "/api/greetings/", access, json: #"{"name":"Bob"}"#)
            #expect(greeted.text == #"{"text":"Hello, Bob, says ada@example.com."}"#)
            #expect(try application.ask("POST", "/api/greetings/", access, json: "{}").status == 400)
            #expect(try application.ask("GET", "/api/schema/?format=json", nil).text.contains("\"/api/greetings/\""))
            let options = try application.ask("OPTIONS", "/api/greetings/", nil)
            #expect(options.status == 200 && options.text.contains("\"name\":\"Greetings\""))

            #expect(try application.ask("GET", "/hello", access).text == "Hello, ada@example.com.\n")
            let anonymous = try application.ask("GET", "/hello", nil)
            let same = try application.ask("GET", "/api/me/", nil)
            #expect(anonymous.status == 401 && anonymous.text == same.text)
            #expect(anonymous["WWW-Authenticate"] == same["WWW-Authenticate"])
            #expect(try application.ask("GET", "/hello", "wrong").status == 401)
        }

        @Test("a hook that refuses leaves no account")
        func hook() throws {
            defer { application.end() }
            let refused = try application.client.register("eve@elsewhere.example")
            #expect(refused.status == 400)
            #expect(refused.text == #"{"email":["Use the address of your company."]}"#)
            #expect(try application.count("ostiary_user") == 0)
            #expect(try application.count("ostiary_audit WHERE event = 'registered'") == 0)
        }
    }
}
