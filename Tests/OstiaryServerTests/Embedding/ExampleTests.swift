// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// `Examples/notes`, an application with a Hummingbird server of its own. It is built without package access.
    @Suite struct Example {
        private let folder: TemporaryDirectory
        private let process: ChildProcess
        private let client: WireClient

        init() throws {
            folder = try TemporaryDirectory()
            let port = try FreePorts.next()
            process = try ChildProcess(
                OstiaryBinary.path(of: "Notes"), [folder.file("data"), "\(port)"], environment: [:],
                output: folder.file("out"),
                errors: folder.file("err"))
            client = WireClient(port: port)
            let isReady = waitUntil(30, every: 10_000) { [client] in
                (try? client.exchange(WireRequest("GET", "/hello/"))) != nil ? true : nil
            }
            guard isReady == true else { throw Failure("the example does not answer: \(folder.file("err"))") }
        }

        private func ask(_ method: String, _ path: String, _ access: String?, json: String? = nil) throws -> WireAnswer
        {
            var request = WireRequest(method, path, access.map { [("Authorization", "Bearer \($0)")] } ?? [])
            if let json { request = WireRequest(method, path, request.headers, json: json) }
            return try client.exchange(request)
        }

        @Test("users of an application log in by Ostiary, and its own routes know them")
        func routes() throws {
            defer { process.killNow() }
            let email = freshEmail()
            #expect(try client.register(email).status == 200)
            let access = try client.tokens(email).access
            #expect(try ask("GET", "/hello/", nil).text == "Hello, stranger.\n")
            #expect(try ask("GET", "/hello/me/", access).text == "Hello, \(email).\n")
            let refused = try ask("GET", "/hello/me/", nil)
            #expect(refused.status == 401 && refused["WWW-Authenticate"] == "Bearer")
            #expect(try ask("GET", "/hello/me/", "wrong").status == 401)
            #expect(try ask("GET", "/nowhere/", nil).status == 404)
            let page = try client.exchange(WireRequest("GET", "/login/?next=/api/me/", [("Accept", "text/html")]))
            #expect(
                page.status == 200 && page.text.contains("<title>Log in"), "the pages' own paths are Ostiary's, too")
            let marks = String(repeating: "\u{301}", count: 1_000)
            #expect(try (400..<500).contains(ask("GET", "/api/\(marks)", nil).status))
        }

        @Test("an endpoint of its own reads its body, keeps rows that go with their user, and is in the description")
        func endpoint() throws {
            defer { process.killNow() }
            let email = freshEmail()
            _ = try client.register(email)
            let access = try client.tokens(email).access
            #expect(try ask("GET", "/api/notes/", nil).status == 401)
            #expect(
                try ask("POST", "/api/notes/", access, json: #"{"text":"Buy milk."}"#).text
                    == #"{"id":1,"text":"Buy milk."}"#)
            #expect(try ask("GET", "/api/notes/", access).text == #"[{"id":1,"text":"Buy milk."}]"#)
            let blank = try ask("POST", "/api/notes/", access, json: "{}")
            #expect(blank.status == 400 && blank.text == #"{"text":["This field is required."]}"#)
            let large = "{\"text\":\"\(String(repeating: "x", count: 70_000))\"}"
            #expect(try ask("POST", "/api/notes/", access, json: large).status == 413)
            #expect(try ask("GET", "/api/schema/?format=json", nil).text.contains("\"/api/notes/\""))
            #expect(try ask("GET", "/api/", nil).text.contains("/api/notes/"))
            let page = try client.exchange(WireRequest("GET", "/api/notes/", [("Accept", "text/html")]))
            #expect(page.text.contains("List your notes"))

            #expect(
                try ask("DELETE", "/api/me/", access, json: #"{"password":"\#(WireClient.password)"}"#).status == 204)
            let query = "SELECT count(*) FROM notes_note"
            let count = "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])"
            let rows = try CommandResult(
                "/usr/bin/python3", ["-c", count, folder.file("data/ostiary.sqlite3"), query], environment: [:])
            #expect(rows.stdout == "0\n")
        }
    }
}
