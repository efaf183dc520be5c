// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// The table of refusals where no recorded sample shows the row.
    @Suite struct Refusals {
        private func register(_ json: String) throws -> WireAnswer {
            try SharedServers.client().exchange(WireRequest("POST", "/api/register/", json: json))
        }

        @Test(
            "field errors, all fields at once and in field order",
            arguments: [
                (
                    #"{"password":null,"email":null}"#,
                    #"{"email":["This field may not be null."],"password":["This field may not be null."]}"#
                ),
                (
                    #"{"email":[],"password":false}"#,
                    #"{"email":["Enter a valid email address."],"password":["Not a valid string."]}"#
                ),
                (#"{"password":"x"}"#, #"{"email":["This field is required."]}"#),
                (
                    #"{"email":"u@mail.example","password":"\ud800 abcdefg"}"#,
                    #"{"password":["Surrogate characters are not allowed: U+D800."]}"#
                ),
                (
                    #"{"email":"u@mail.example","password":"nul\u0000 abcdefg"}"#,
                    #"{"password":["Null characters are not allowed."]}"#
                ),
                (
                    #"{"email":"nope","password":""}"#,
                    #"{"email":["Enter a valid email address."],"password":["This field may not be blank."]}"#
                ),
            ])
        func fields(json: String, body: String) throws {
            let answer = try register(json)
            #expect(answer.status == 400)
            #expect(answer.text == body)
        }

        @Test(
            "a body that is no object",
            arguments: [
                ("[]", "Invalid data. Expected a dictionary, but got list."),
                ("1.5", "Invalid data. Expected a dictionary, but got float."),
                ("true", "Invalid data. Expected a dictionary, but got bool."), ("null", "No data provided"),
            ])
        func noObject(json: String, text: String) throws {
            let answer = try register(json)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"non_field_errors":["\#(text)"]}"#)
        }

        @Test(
            "malformed multipart",
            arguments: ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\""])
        func multipart(type: String) throws {
            let body = Array("--x\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na\r\n--x--\r\n".utf8)
            let answer = try SharedServers.client().exchange(
                WireRequest("POST", "/api/register/", [("Content-Type", type)], body: body))
            #expect(answer.status == 400)
            #expect(answer.text.hasPrefix(#"{"detail":"Multipart form parse error - "#))
        }

        @Test("bodies end at 64 KiB", arguments: ["register", "login", "refresh", "logout"])
        func size(endpoint: String) throws {
            let client = try SharedServers.client()
            func padded(_ count: Int) -> String { "{}" + String(repeating: " ", count: count - 2) }
            let whole = try client.exchange(WireRequest("POST", "/api/\(endpoint)/", json: padded(65_536)))
            #expect([400, 401].contains(whole.status))
            let over = try client.exchange(WireRequest("POST", "/api/\(endpoint)/", json: padded(65_537)))
            #expect(over.status == 413)
            #expect(over.text == #"{"detail":"Request body is too large."}"#)
        }

        @Test("bodies end at 64 KiB on PUT, and in chunks")
        func otherSizes() throws {
            let client = try SharedServers.client()
            let tokens = try client.newSession().tokens
            let padding = String(repeating: " ", count: 65_535)
            #expect(try client.put("{}" + padding.dropFirst(), tokens.access).status == 200)
            #expect(try client.put("{}" + padding, tokens.access).status == 413)

            func chunked(_ count: Int) throws -> WireAnswer {
                var head = WireRequest("POST", "/api/register/", [("Content-Type", "application/json")]).bytes
                head.removeLast(2)
                let size = String(count - 2, radix: 16)
                let text =
                    "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n\(size)\r\n"
                    + String(repeating: " ", count: count - 2) + "\r\n0\r\n\r\n"
                return try client.exchange(head + Array(text.utf8), method: "POST")
            }
            #expect(try chunked(65_536).status == 400)
            #expect(try chunked(65_537).text == #"{"detail":"Request body is too large."}"#)
        }

        @Test("an answer that cannot be given is refused before anything is done")
        func notAcceptable() throws {
            let client = try SharedServers.client()
            let (email, tokens) = try client.newSession()
            func post(_ path: String, _ json: String) throws -> WireAnswer {
                try client.exchange(WireRequest("POST", path, [("Accept", "application/xml")], json: json))
            }
            let token = #"{"refresh_token":"\#(tokens.refresh)"}"#
            for path in ["/api/refresh/", "/api/logout/", "/api/refresh", "/api/logout"] {
                #expect(try post(path, token).text == #"{"detail":"Could not satisfy the request Accept header."}"#)
            }
            let unborn = freshEmail()
            #expect(
                try post("/api/register/", #"{"email":"\#(unborn)","password":"\#(WireClient.password)"}"#).status
                    == 406)
            #expect(try client.register(unborn).status == 200, "\(email)")
            let put = WireRequest(
                "PUT", "/api/me/", [("Authorization", "Bearer \(tokens.access)"), ("Accept", "application/xml")],
                json: #"{"username":"never"}"#)
            #expect(try client.exchange(put).status == 406)
            #expect(try client.me(tokens.access).member("username") == "")
            #expect(try client.refresh(tokens.refresh).status == 200, "406 spends nothing")
        }

        @Test("login and refresh have one body for every cause")
        func uniform() throws {
            let client = try SharedServers.client()
            let email = try client.newSession().email
            var bodies: Set<String> = []
            for (email, password) in [
                (email, "wrong password"), ("nobody@mail.example", "x"), ("", ""), ("nul\u{0}@x.y", "x"),
            ] {
                let answer = try client.login(email, password)
                #expect(answer.status == 401)
                #expect(answer["WWW-Authenticate"] == nil)
                bodies.insert(answer.text)
            }
            #expect(bodies == [#"{"error":"Invalid credentials"}"#])
        }
    }
}
