// SPDX-License-Identifier: Apache-2.0

import Testing

extension EndToEnd {
    /// What a password may be at registration, in Django's texts, and that it is taken exactly as sent.
    @Suite struct Passwords {
        @Test(
            "the validators' messages stand under password, all at once",
            arguments: [
                ("x7!q", ["This password is too short. It must contain at least 8 characters."]),
                ("password", ["This password is too common."]), ("PassWord", ["This password is too common."]),
                ("5839201746028", ["This password is entirely numeric."]),
                ("12345678", ["This password is too common.", "This password is entirely numeric."]),
                (
                    "1234",
                    [
                        "This password is too short. It must contain at least 8 characters.",
                        "This password is too common.",
                        "This password is entirely numeric.",
                    ]
                ),
            ])
        func refused(password: String, messages: [String]) throws {
            let answer = try SharedServers.client().register(freshEmail(), password)
            #expect(answer.status == 400)
            let texts = messages.map { "\"\($0)\"" }.joined(separator: ",")
            #expect(answer.text == #"{"password":[\#(texts)]}"#)
        }

        @Test("a password like the e-mail", arguments: ["wintergarden7", "WINTERGARDEN", "wintergarden7@mail.example"])
        func similar(password: String) throws {
            let answer = try SharedServers.client().register("wintergarden7@mail.example", password)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"password":["The password is too similar to the email."]}"#)
        }

        @Test("a JSON number is taken as its text")
        func number() throws {
            let answer = try SharedServers.client().exchange(
                WireRequest("POST", "/api/register/", json: #"{"email":"\#(freshEmail())","password":5839201746028}"#))
            #expect(answer.text == #"{"password":["This password is entirely numeric."]}"#)
        }

        @Test("they run only when every field has passed, uniqueness included")
        func order() throws {
            let client = try SharedServers.client()
            let email = try client.newSession().email
            #expect(
                try client.register(email, "1234").text == #"{"email":["custom user with this email already exists."]}"#
            )
            #expect(try client.register("nope", "1234").text == #"{"email":["Enter a valid email address."]}"#)
        }

        @Test("length is counted in code points")
        func codePoints() throws {
            let client = try SharedServers.client()
            let family = "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}\u{200D}\u{1F466}x"  // 8 code points
            #expect(try client.register(freshEmail(), family).status == 200)
            #expect(try client.register(freshEmail(), "пароль7").status == 400)
        }

        @Test(
            "passwords are taken exactly as sent",
            arguments: ["  spaced pw  ", "tail of line\n", "Zoë's pass", "Zoe\u{308}'s pass"])
        func exact(password: String) throws {
            let client = try SharedServers.client()
            let email = freshEmail()
            #expect(try client.register(email, password).status == 200)
            #expect(try client.login(email, password).status == 200)
            let near = [
                password.filter { $0 != " " && $0 != "\n" }, password + " ",
                String(password.unicodeScalars.dropFirst()),
                password.uppercased(),
            ]
            for wrong in near where Array(wrong.utf8) != Array(password.utf8) {
                #expect(try client.login(email, wrong).status == 401, "\(wrong)")
            }
        }

        @Test("every byte of a long password counts, also behind a long e-mail")
        func allBytes() throws {
            let client = try SharedServers.client()
            let email = String(repeating: "e", count: 200) + freshEmail()
            let password = String(repeating: "long password 7 ", count: 8)
            #expect(try client.register(email, password).status == 200)
            #expect(try client.login(email, password).status == 200)
            for kept in [8, 56, 72, 127] {
                let wrong = String(password.prefix(kept)) + String(repeating: "#", count: password.count - kept)
                #expect(try client.login(email, wrong).status == 401, "\(kept)")
                #expect(try client.login(email, String(password.prefix(kept))).status == 401, "\(kept)")
            }
        }
    }
}
