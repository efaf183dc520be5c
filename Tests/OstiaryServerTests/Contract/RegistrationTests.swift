// SPDX-License-Identifier: Apache-2.0

import OstiaryTestSupport
import Testing

extension EndToEnd {
    /// Fields of a registration that depend on nothing but themselves.
    @Suite struct Registrations {
        private static let taken = #""email":["custom user with this email already exists."]"#

        private func post(_ json: String, _ accept: String = "application/json") throws -> WireAnswer {
            try SharedServers.client().exchange(WireRequest("POST", "/api/register/", [("Accept", accept)], json: json))
        }

        @Test("a taken address is told beside whatever is wrong with the password, in the order of the fields")
        func both() throws {
            let email = freshEmail()
            try SharedServers.client().enrol(email)
            for (password, message) in [
                (#""password":"  ""#, #""password":["This field may not be blank."]"#),
                (#""password":null"#, #""password":["This field may not be null."]"#),
                (#""password":[]"#, #""password":["Not a valid string."]"#),
                (#""x":1"#, #""password":["This field is required."]"#),
            ] {
                let answer = try post(#"{\#(password),"email":"\#(email.uppercased())"}"#)
                #expect(answer.status == 400 && answer.text == "{\(Self.taken),\(message)}", "\(answer.text)")
                let free = try post(#"{"email":"\#(freshEmail())",\#(password)}"#)
                #expect(free.text == "{\(message)}", "\(free.text)")
            }
            // The validators of passwords wait until every field has passed.
            #expect(try post(#"{"email":"\#(email)","password":"1"}"#).text == "{\(Self.taken)}")
            let problem = try post(#"{"email":"\#(email)"}"#, "application/problem+json")
            #expect(problem.text.contains(#""code":"unique""#) && problem.text.contains(#""code":"required""#))
        }

        @Test("such an answer counts as a registration, whatever else is wrong")
        func budget() throws {
            let server = try ServerProcess(throttling: true)
            let client = WireClient(port: server.port)
            let statuses = try (0..<22).map { number in
                try client.exchange(
                    WireRequest(
                        "POST", "/api/register/", json: #"{"email":"probe\#(number)@mail.example","password":""}"#)
                ).status
            }
            #expect(statuses == [Int](repeating: 400, count: 20) + [429, 429])
        }

        @Test(
            "no new login is quoted",
            arguments: [#"\"quoted\""#, #"\"a b\""#, #"\"\u001b[31m\u0007\""#, #"\"<script>\""#, #"\"a\\\"b\""#])
        func quoted(_ local: String) throws {
            let client = try SharedServers.client()
            let answer = try post(#"{"email":"\#(local)@mail.example","password":"\#(WireClient.password)"}"#)
            #expect(answer.text == #"{"email":["Enter a valid email address."]}"#)
            let access = try client.newSession().tokens.access
            #expect(try client.put(#"{"email":"\#(local)@mail.example"}"#, access).status == 400)
        }

        @Test("addresses outside ASCII are refused, and their A-labels taken")
        func foreign() throws {
            for email in ["jurgen@m\u{FC}ller.de", "j\u{FC}rgen@mail.example"] {
                let answer = try post(#"{"email":"\#(email)","password":"\#(WireClient.password)"}"#)
                #expect(answer.text == #"{"email":["Enter a valid email address."]}"#)
            }
            #expect(try SharedServers.client().register("jurgen@xn--mller-kva.de").status == 200)
        }
    }
}
